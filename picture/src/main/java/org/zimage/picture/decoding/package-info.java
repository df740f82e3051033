/** Files that strangers gave become pixels or are refused: by their first bytes, then by their header, then by a library's decoder. */
package org.zimage.picture.decoding;
