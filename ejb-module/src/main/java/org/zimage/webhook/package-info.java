/** Calls that tell a client's own service what happened to its tasks, signed as Standard Webhooks wants it. */
package org.zimage.webhook;
