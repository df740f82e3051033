/** The message-driven side of the front door: requests by JMS, and messages that nobody could handle. */
package org.zimage.web.message;
