/** Requests, replies and events by message, with brokers of several kinds. */
package org.zimage.tests.messages;
