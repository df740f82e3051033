/** Event streams: sends changes of tasks to listeners as they happen, without a thread for each listener. */
package org.zimage.web.events;
