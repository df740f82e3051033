/** Finds what was left behind: ended leases, tasks without a message, files without a task. */
package org.zimage.task.recovery;
