/** Removes tasks whole: rows first, with a note of what lies elsewhere; then what the note says. */
package org.zimage.task.removal;
