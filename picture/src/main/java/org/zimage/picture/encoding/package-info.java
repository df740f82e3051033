/** Finished pixels become files: PNG with text chunks, and WebP. */
package org.zimage.picture.encoding;
