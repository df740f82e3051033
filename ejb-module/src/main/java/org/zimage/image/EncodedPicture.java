package org.zimage.image;

/** A finished picture as files: the PNG with everything it was made from, and the WebP preview. */
public record EncodedPicture(byte[] png, byte[] webp) { }
