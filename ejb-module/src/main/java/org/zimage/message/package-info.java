/** Messages to and from other systems: requests, replies and events, and the outbox that brings them to the broker. */
package org.zimage.message;
