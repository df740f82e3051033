package org.zimage.image;

import org.zimage.recognition.PictureFingerprint;

/**
 * Where a picture was stored: its PNG and its WebP preview.
 *
 * @param imageId 32 hexadecimal digits that nobody can guess
 * @param outputPath where the PNG lies in the store
 * @param previewOutputPath where the WebP lies in the store
 * @param fingerprint by what it is recognised later; null: it will not be
 */
public record StoredPicture(String imageId, String outputPath, String previewOutputPath, RelativePath relativePath,
    RelativePath previewRelativePath, PictureFingerprint fingerprint) {

  /** A picture that nobody has looked at: a store sees files. */
  public StoredPicture(String imageId, String outputPath, String previewOutputPath, RelativePath relativePath,
      RelativePath previewRelativePath) {
    this(imageId, outputPath, previewOutputPath, relativePath, previewRelativePath, null);
  }

  /** The same picture, to be recognised later. */
  public StoredPicture recognisedBy(PictureFingerprint ofIt) {
    return new StoredPicture(imageId, outputPath, previewOutputPath, relativePath, previewRelativePath, ofIt);
  }
}
