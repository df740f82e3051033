package org.zimage.web.page;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.zimage.request.Sha256;

/**
 * A file of the page.
 *
 * @param mediaType as the browser is told
 * @param plain the content as it is
 * @param compressed the content by gzip
 */
record PageFile(String mediaType, Content plain, Content compressed) {
  private static final Map<String, String> MEDIA_TYPES = Map.of(
      "css", "text/css; charset=utf-8",
      "html", "text/html; charset=utf-8",
      "js", "text/javascript; charset=utf-8",
      "svg", "image/svg+xml",
      "webmanifest", "application/manifest+json");
  private static final int TAG_DIGITS = 32;

  /**
   * The bytes that are sent.
   *
   * @param encoding as {@code Content-Encoding} names it; null for none
   * @param tag the validator of these very bytes, with quotes
   */
  record Content(String encoding, String tag, byte[] bytes) {
    static Content of(String encoding, byte[] bytes) {
      return new Content(encoding, '"' + Sha256.ofBytes(bytes).substring(0, TAG_DIGITS) + '"', bytes);
    }

    /** Whether the browser has these bytes already; proxies may have weakened the tag. */
    boolean isKnown(String ifNoneMatch) {
      return ifNoneMatch != null && Arrays.stream(ifNoneMatch.split(",")).map(String::strip)
          .anyMatch(known -> known.equals("*") || known.equals(tag) || known.equals("W/" + tag));
    }
  }

  /** @throws IllegalArgumentException for a kind of file that the page does not have */
  static PageFile of(String path, byte[] content) {
    String type = MEDIA_TYPES.get(path.substring(path.lastIndexOf('.') + 1));
    if (type == null) {
      throw new IllegalArgumentException("The page has no files such as " + path);
    }
    return new PageFile(type, Content.of(null, content), Content.of("gzip", compress(content)));
  }

  /** @param gzip whether the browser understands it */
  Content content(boolean gzip) {
    return gzip ? compressed : plain;
  }

  private static byte[] compress(byte[] content) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return compressed.toByteArray();
  }
}
