package org.zimage.picture.credentials;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.params.provider.MethodSource;
import org.zimage.picture.credentials.format.CredentialsChunk;

/** Whatever stands where credentials should: an answer, and nothing else. */
class CredentialsFuzzTest {
  private static final SigningKey KEY = TrialAuthority.make(Clock.systemUTC()).key();
  private static final byte[] SIGNED = new Signer(KEY, null).sign(TestFiles.png(8, 8), SignerTest.CREATED);

  static List<byte[]> files() {
    return List.of(SIGNED, new Signer(KEY, null).sign(TestFiles.webp(8, 8), SignerTest.CREATED));
  }

  static List<byte[]> stores() {
    return List.of(CredentialsChunk.find(SIGNED).orElseThrow().store());
  }

  @MethodSource("files")
  @FuzzTest
  void file(byte[] file) {
    Credentials.read(file, KEY.anchors());
  }

  @MethodSource("stores")
  @FuzzTest
  void chunkOfPng(byte[] store) {
    byte[] png = TestFiles.png(1, 1);
    ByteBuffer file = ByteBuffer.allocate(png.length + store.length + 12).put(png, 0, 33).putInt(store.length)
        .put(new byte[] {'c', 'a', 'B', 'X'}).put(store);
    CRC32 crc = new CRC32();
    crc.update(file.array(), 37, 4 + store.length);
    file.putInt((int) crc.getValue()).put(png, 33, png.length - 33);

    Credentials.read(file.array(), Set.of());
  }
}
