/** Answers where a picture comes from: whether its credentials hold, and whether it was made here. */
package org.zimage.origin;
