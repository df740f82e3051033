/** Whether this machine can draw, and how fast: {@code zimage check}. */
package org.zimage.check;
