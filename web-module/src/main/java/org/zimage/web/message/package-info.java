/** The message-driven beans of the front door: requests by message, and dead letters. */
package org.zimage.web.message;
