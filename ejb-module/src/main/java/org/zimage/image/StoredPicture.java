package org.zimage.image;

/**
 * Where a picture was stored: its PNG and its WebP preview.
 *
 * @param imageId 32 hexadecimal digits that nobody can guess
 * @param outputPath where the PNG lies in the store
 * @param previewOutputPath where the WebP lies in the store
 */
public record StoredPicture(String imageId, String outputPath, String previewOutputPath, RelativePath relativePath,
    RelativePath previewRelativePath) { }
