/** A checkpoint of Z-Image, put together from where its parts are: one folder, one file, or files for its networks. */
package org.zimage.checkpoint.source;
