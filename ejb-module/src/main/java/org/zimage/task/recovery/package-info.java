/** Finds what was left behind: lost leases, tasks without a message, files without a task. Each chore on a thread of its own. */
package org.zimage.task.recovery;
