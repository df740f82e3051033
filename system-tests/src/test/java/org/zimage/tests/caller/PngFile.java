package org.zimage.tests.caller;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the text chunks of a PNG (ISO/IEC 15948, section 11.3.4). */
public final class PngFile {
  private static final int SIGNATURE_BYTES = 8;

  private PngFile() { }

  /** Keyword → text of the uncompressed chunks. */
  public static Map<String, String> texts(byte[] file) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(file));
    in.skipNBytes(SIGNATURE_BYTES);
    String type;
    do {
      byte[] content = new byte[in.readInt()];
      type = new String(in.readNBytes(4), StandardCharsets.US_ASCII);
      in.readFully(content);
      in.readInt();
      if (type.equals("tEXt")) {
        put(texts, content, 0, StandardCharsets.ISO_8859_1);
      } else if (type.equals("iTXt")) {
        // Compression flag and method, empty language, empty translated keyword
        put(texts, content, 4, StandardCharsets.UTF_8);
      }
    } while (!type.equals("IEND"));
    return texts;
  }

  private static void put(Map<String, String> texts, byte[] content, int skipped, Charset charset) {
    int end = 0;
    while (content[end] != 0) {
      end++;
    }
    int start = end + 1 + skipped;
    texts.put(new String(content, 0, end, StandardCharsets.ISO_8859_1),
        new String(content, start, content.length - start, charset));
  }
}
