package org.zimage.picture.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

/** The bytes of a PNG, apart from how well this machine's zlib compresses. */
class PngWriterTest {
  private record Chunk(String type, byte[] content) { }

  @Test
  void aFileIsItsHeaderItsTextsInTheirOrderAndItsRows() throws Exception {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("prompt", "café");
    texts.put("seed", "42");

    List<Chunk> chunks = chunks(PngWriter.write(2, 2, new byte[] {1, 2, 3, 4, 5, 6, 11, 12, 13, 0, 0, 0}, texts, null));

    assertThat(chunks).extracting(Chunk::type).containsExactly("IHDR", "iTXt", "tEXt", "IDAT", "IEND");
    assertThat(chunks.get(0).content()).inHexadecimal().isEqualTo(hex("00000002" + "00000002" + "08" + "02" + "000000"));
    assertThat(chunks.get(1).content()).isEqualTo("prompt\0\0\0\0\0café".getBytes(StandardCharsets.UTF_8));
    assertThat(chunks.get(2).content()).isEqualTo("seed\00042".getBytes(StandardCharsets.US_ASCII));
    // Each row begins with the filter "up", and has the differences to the row above it
    assertThat(inflated(chunks.get(3).content())).inHexadecimal().isEqualTo(hex("02" + "010203040506" + "02" + "0a0a0afcfbfa"));
  }

  /** ISO/IEC 15948, section 5.3: length, type, content, checksum of type and content. */
  private static List<Chunk> chunks(byte[] png) {
    ByteBuffer file = ByteBuffer.wrap(png);
    assertThat(file.getLong()).isEqualTo(0x89504E470D0A1A0AL);
    List<Chunk> chunks = new ArrayList<>();
    while (file.hasRemaining()) {
      byte[] content = new byte[file.getInt()];
      byte[] type = new byte[4];
      file.get(type).get(content);
      CRC32 crc = new CRC32();
      crc.update(type);
      crc.update(content);
      assertThat(file.getInt()).isEqualTo((int) crc.getValue());
      chunks.add(new Chunk(new String(type, StandardCharsets.US_ASCII), content));
    }
    return chunks;
  }

  private static byte[] inflated(byte[] content) throws Exception {
    Inflater inflater = new Inflater();
    inflater.setInput(content);
    byte[] bytes = new byte[100];
    int length = inflater.inflate(bytes);
    inflater.end();
    return Arrays.copyOf(bytes, length);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
