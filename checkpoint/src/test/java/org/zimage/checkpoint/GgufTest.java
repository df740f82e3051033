package org.zimage.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** GGUF files as their authors should not have written them, or as a transfer left them. */
class GgufTest {
  private static final int TEXT = 8;
  private static final int LIST = 9;
  private static final int DATA_BYTES = 4096;

  @TempDir
  private Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("model.gguf");
  }

  /** Writes what a header has, one after the other. */
  private record Header(ByteBuffer bytes) {
    static Header of(int version, long tensors, long pairs) {
      ByteBuffer bytes = ByteBuffer.allocate(100_000).order(ByteOrder.LITTLE_ENDIAN);
      bytes.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(version).putLong(tensors).putLong(pairs);
      return new Header(bytes);
    }

    Header text(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      bytes.putLong(utf8.length).put(utf8);
      return this;
    }

    Header u32(long number) {
      bytes.putInt((int) number);
      return this;
    }

    Header u64(long number) {
      bytes.putLong(number);
      return this;
    }

    /** @param sizes innermost first */
    Header tensor(String name, int type, long offset, long... sizes) {
      text(name).u32(sizes.length);
      for (long size : sizes) {
        u64(size);
      }
      return u32(type).u64(offset);
    }
  }

  private void write(Header header) throws IOException {
    byte[] bytes = new byte[header.bytes().position() + DATA_BYTES];
    header.bytes().flip().get(bytes, 0, header.bytes().limit());
    Files.write(file, bytes);
  }

  @Test
  void tensorsLieWhereTheHeaderSays() throws IOException {
    write(Header.of(3, 2, 3).text("general.alignment").u32(4).u32(64).text("a.list").u32(LIST).u32(TEXT).u64(2).text("x").text("y")
        .text("comfy.gguf.orig_shape.b").u32(LIST).u32(5).u64(2).u32(4).u32(16)
        .tensor("a", 0, 0, 3, 2).tensor("b", 8, 64, 32, 2));

    TensorFile read = TensorFile.open(file);

    assertThat(read.tensors()).extracting(TensorEntry::name, TensorEntry::dtype)
        .containsExactly(tuple("a", Dtype.F32), tuple("b", Dtype.Q8_0));
    assertThat(read.tensors()).extracting(TensorEntry::shape).containsExactly(new long[] {2, 3}, new long[] {4, 16});
    assertThat(read.tensors()).allSatisfy(tensor -> assertThat(tensor.offset() % 64).isZero());
    assertThat(read.tensors()).extracting(TensorEntry::size).containsExactly(24L, 68L);
  }

  @ParameterizedTest
  @CsvSource({"12, Q4_K", "14, Q6_K", "39, MXFP4", "99, number 99"})
  void refusesOtherTypesByName(int code, String name) throws IOException {
    write(Header.of(3, 1, 0).tensor("blk.0.attn_q.weight", code, 0, 256));

    assertRefused("blk.0.attn_q.weight is of type " + name, "Q8_0 or Q4_0");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 0x03000000, -1})
  void refusesOtherVersions(int version) throws IOException {
    write(Header.of(version, 0, 0));

    assertRefused("version is " + Integer.toUnsignedString(version));
  }

  @ParameterizedTest
  @ValueSource(longs = {1_000_000, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void refusesCountsThatNoModelHas(long count) throws IOException {
    write(Header.of(3, count, 0));
    assertRefused("tensors is " + Long.toUnsignedString(count), "at most 20000");

    write(Header.of(3, 0, count));
    assertRefused("pairs is " + Long.toUnsignedString(count), "at most 10000");
  }

  @Test
  void refusesCountsThatAreNotThere() throws IOException {
    write(Header.of(3, 20_000, 0));
    assertRefused("a tensor's name"); // the bytes behind the header are names of no length, until there are none

    write(Header.of(3, 0, 10_000));
    assertRefused("cut short");
  }

  @ParameterizedTest
  @ValueSource(longs = {1_000_000_000_000L, Long.MAX_VALUE, -1, 4_097})
  void believesNoLength(long length) throws IOException {
    write(Header.of(3, 0, 1).u64(length));
    assertRefused("model.gguf");

    write(Header.of(3, 0, 1).text("key").u32(TEXT).u64(length));
    assertRefused("key does not end in them");

    write(Header.of(3, 0, 1).text("key").u32(LIST).u32(4).u64(length));
    assertRefused("key does not end in them");

    write(Header.of(3, 0, 1).text("key").u32(LIST).u32(TEXT).u64(length));
    assertRefused("key");
  }

  @Test
  void refusesAListOfLists() throws IOException {
    write(Header.of(3, 0, 1).text("key").u32(LIST).u32(LIST).u64(1));

    assertRefused("a list of lists");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "-1 | 0                     | a dimension of 18446744073709551615",
      "4611686018427387904 | 0    | cannot be F32[2, 4611686018427387904]",
      "10000 | 0                  | 80000 bytes at 0 behind the header",
      "4 | -32                    | 32 bytes at 18446744073709551584 behind the header",
      "4 | 9223372036854775807    | 32 bytes at 9223372036854775807 behind the header",
      "4 | 8192                   | 32 bytes at 8192 behind the header"})
  void refusesSizesAndPlacesThatCannotBe(long size, long offset, String wrong) throws IOException {
    write(Header.of(3, 1, 0).tensor("a", 0, offset, size, 2));

    assertRefused(wrong);
  }

  @Test
  void refusesMoreDimensionsThanAnyTensorHas() throws IOException {
    write(Header.of(3, 1, 0).text("a").u32(0xffffffffL));

    assertRefused("4294967295 dimensions");
  }

  @Test
  void refusesBlocksThatAreNotWhole() throws IOException {
    write(Header.of(3, 1, 0).tensor("a", 8, 0, 33));

    assertRefused("33 elements are no multiple of 32");
  }

  @Test
  void refusesTensorsThatOverlapOrAreThereTwice() throws IOException {
    write(Header.of(3, 2, 0).tensor("a", 0, 0, 16).tensor("b", 0, 32, 16));
    assertRefused("a and b overlap");

    write(Header.of(3, 2, 0).tensor("a", 0, 0, 16).tensor("a", 0, 64, 16));
    assertRefused("a is there twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PK\u0003\u0004 a pickle of today", "\u0080\u0002 one of old times"})
  void namesAPickle(String content) throws IOException {
    Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));

    assertRefused("a pickle of PyTorch");
  }

  @Test
  void everyLengthOfAGoodFileIsReadOrRefused() throws IOException {
    byte[] whole = Files.readAllBytes(Path.of("../inference/src/test/resources/fixtures/single-files/tiny-text-encoder-f32.gguf"));
    for (int length = 4; length < 12_000; length += 7) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> TensorFile.open(file)).isInstanceOf(CheckpointException.class).hasMessageContaining(file.toString());
    }
  }

  private void assertRefused(String... said) {
    assertThatThrownBy(() -> TensorFile.open(file)).isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file.toString()).hasMessageContainingAll(said);
  }
}
