/** Receivers of webhooks. */
package org.zimage.tests.webhook;
