/** Tells listeners what happens to their tasks, as it happens, without a thread for each of them. */
package org.zimage.web.events;
