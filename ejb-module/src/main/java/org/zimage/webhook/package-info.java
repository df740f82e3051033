/** Calls a client's own service about its tasks, signed as Standard Webhooks specifies. */
package org.zimage.webhook;
