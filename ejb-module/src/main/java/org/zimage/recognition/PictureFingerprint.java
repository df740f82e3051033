package org.zimage.recognition;

import org.zimage.picture.Picture;
import org.zimage.picture.encoding.EncodedPicture;
import org.zimage.picture.look.Look;
import org.zimage.request.Sha256;

/**
 * By what a finished picture is recognised.
 *
 * @param pngSha256 of the file, in hexadecimal digits
 * @param webpSha256 of the preview's file
 * @param look of its pixels
 */
public record PictureFingerprint(String pngSha256, String webpSha256, Look look) {
  /** The fingerprint of a picture and its files. */
  public static PictureFingerprint of(Picture picture, EncodedPicture files) {
    return new PictureFingerprint(Sha256.ofBytes(files.png()), Sha256.ofBytes(files.webp()), Look.of(picture));
  }
}
