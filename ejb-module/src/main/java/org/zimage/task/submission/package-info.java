/** Accepts requests as tasks. */
package org.zimage.task.submission;
