/** Sends the messages that bring waiting tasks to workers, in a fair order. */
package org.zimage.task.dispatch;
