/** The progress of running tasks, and wishes to cancel them, through Redis. */
package org.zimage.progress;
