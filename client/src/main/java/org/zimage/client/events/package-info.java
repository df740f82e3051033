/** The event stream of a task, as the client reads it; no part of the client's API. */
package org.zimage.client.events;
