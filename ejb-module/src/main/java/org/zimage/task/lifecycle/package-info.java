/** Moves tasks from one state to the next: claims and leases of workers, ends, cancellation. */
package org.zimage.task.lifecycle;
