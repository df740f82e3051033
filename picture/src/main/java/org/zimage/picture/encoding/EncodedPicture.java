package org.zimage.picture.encoding;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.zimage.picture.marking.Marks;

/** A finished picture as files: the PNG with everything it was made from, and the WebP preview. Both tell their origin. */
public record EncodedPicture(byte[] png, byte[] webp) {

  /**
   * Encodes a picture as PNG and WebP, which takes about the same time: side by side, since somebody waits for the picture.
   * Thread-safe; the WebP library is native and is loaded with the first picture.
   *
   * @param rgb row by row, 3 bytes a pixel: {@code width · height · 3} bytes
   * @param texts what the PNG carries in its text chunks, keyword → text; keywords are Latin letters
   * @param marks what both carry of their origin
   * @throws IllegalArgumentException when the number of bytes does not fit the size
   * @throws java.io.UncheckedIOException when the WebP library does not take the picture
   */
  public static EncodedPicture of(int width, int height, byte[] rgb, Map<String, String> texts, Marks marks) {
    return of(width, height, rgb, texts, marks, UnaryOperator.identity());
  }

  /**
   * The same, with something done to each file when it is finished, such as signing it.
   *
   * @param finish file → file; called by two threads at the same time
   * @throws RuntimeException what it throws
   */
  public static EncodedPicture of(int width, int height, byte[] rgb, Map<String, String> texts, Marks marks,
      UnaryOperator<byte[]> finish) {
    PngWriter.requireSize(width, height, rgb);
    CompletableFuture<byte[]> png =
        CompletableFuture.supplyAsync(() -> finish.apply(PngWriter.write(width, height, rgb, texts, marks)));
    byte[] webp = finish.apply(WebpContainer.withXmp(WebpWriter.write(width, height, rgb), width, height, marks.xmp()));
    try {
      return new EncodedPicture(png.join(), webp);
    } catch (CompletionException failure) {
      if (failure.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw failure;
    }
  }
}
