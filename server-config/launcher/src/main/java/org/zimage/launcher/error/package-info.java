/** Failures that the person at the terminal can mend. */
package org.zimage.launcher.error;
