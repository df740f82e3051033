package org.zimage.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as their authors should not have written them, or as a transfer left them. */
class SafeTensorsTest {
  private static final int DATA_BYTES = 64;

  @TempDir
  private Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("model.safetensors");
  }

  @Test
  void tensorsLieWhereTheHeaderSays() throws IOException {
    write("{\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},\"b\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[24,25]},"
        + "\"none\":{\"dtype\":\"F16\",\"shape\":[0,4],\"data_offsets\":[25,25]}}", 25);

    SafeTensors tensors = SafeTensors.open(file);

    assertThat(tensors.tensor("a", 2, 3).floats()).hasSize(6);
    assertThat(tensors.tensor("b").size()).isOne();
    assertThat(tensors.tensor("none").size()).isZero();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "{'dtype':'F32','shape':[2,3]}                                                     | data_offsets is missing",
      "{'dtype':'F32','shape':[2,3],'data_offsets':[]}                                   | data_offsets is []",
      "{'dtype':'F32','shape':[2,3],'data_offsets':[0]}                                  | data_offsets is [0]",
      "{'dtype':'F32','shape':[2,3],'data_offsets':[0,24,48]}                            | data_offsets is [0,24,48]",
      "{'dtype':'F32','shape':[6],'data_offsets':[0,'24']}                               | data_offsets is [0,\"24\"]",
      "{'dtype':'F32','shape':[6],'data_offsets':[0,24.5]}                               | data_offsets is [0,24.5]",
      "{'dtype':'F32','shape':[6],'data_offsets':[-8,16]}                                | data_offsets is [-8,16]",
      "{'dtype':'F32','shape':[6],'data_offsets':[24,0]}                                 | data_offsets is [24,0]",
      "{'dtype':'F32','shape':[6],'data_offsets':[0,99999999999999999999]}               | data_offsets is [0,99999999999999999999]",
      "{'dtype':'U8','shape':[9223372036854775807],'data_offsets':[0,9223372036854775807]} | is cut short",
      "{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,0]}              | has 0 bytes, expected more than",
      "{'dtype':'F32','shape':[-2,-3],'data_offsets':[0,24]}                             | shape is [-2,-3]",
      "{'dtype':'F32','shape':[1.5],'data_offsets':[0,6]}                                | shape is [1.5]",
      "{'dtype':'F32','shape':['6'],'data_offsets':[0,24]}                               | shape is [\"6\"]",
      "{'dtype':'F32','shape':6,'data_offsets':[0,24]}                                   | shape is 6",
      "{'dtype':'F32','data_offsets':[0,24]}                                             | shape is missing",
      "{'dtype':7,'shape':[6],'data_offsets':[0,24]}                                     | dtype is 7",
      "{'shape':[6],'data_offsets':[0,24]}                                               | dtype is missing",
      "[]                                                                                | is []"})
  void namesTheFileTheKeyAndWhatIsWrong(String entry, String wrong) throws IOException {
    write("{\"layers.0.weight\":" + entry.replace('\'', '"') + "}");

    assertRefused("layers.0.weight", wrong);
  }

  @Test
  void refusesTensorsThatOverlap() throws IOException {
    write("{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[4,12]}}");

    assertRefused("a and b overlap");
  }

  @ParameterizedTest
  @CsvSource({"'[0,8]'", "'[8,16]'"})
  void refusesBytesThatBelongToNoTensor(String range) throws IOException {
    write("{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":" + range + "}}");

    assertRefused("has 64 bytes of data, and its tensors have 8");
  }

  @Test
  void refusesAKeyThatIsThereTwice() throws IOException {
    String entry = "\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}";
    write("{" + entry + "," + entry + "}");

    assertRefused("Duplicate key 'a'");
  }

  @Test
  void refusesAHeaderThatIsNoUtf8() throws IOException {
    write("{\"\u00e9\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}".getBytes(StandardCharsets.ISO_8859_1), DATA_BYTES);

    assertRefused("not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "{", "[]", "null", "{\"a\":1e99999999999}"})
  void refusesAHeaderThatIsNoObject(String header) throws IOException {
    write(header);

    assertRefused("model.safetensors");
  }

  @ParameterizedTest
  @CsvSource({"[],an array", "null,null", "7,a number", "true,true"})
  void saysWhatAHeaderIsInstead(String header, String kind) throws IOException {
    write(header.length() == 1 ? header + " " : header);

    assertRefused("not a JSON object: it holds " + kind);
  }

  @Test
  void refusesAHeaderThatIsNestedWithoutEnd() throws IOException {
    write("{\"a\":" + "[".repeat(100_000));

    assertRefused("not a JSON object");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1, 100_000_001, 1L << 32 | 2})
  void refusesALengthOfTheHeaderThatCannotBe(long length) throws IOException {
    Files.write(file, ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());

    assertRefused("a header of " + length);
  }

  @Test
  void refusesAMillionTensorsBeforeItReadsThem() throws IOException {
    StringBuilder header = new StringBuilder("{");
    for (int tensor = 0; tensor < 1_000_000; tensor++) {
      header.append('"').append(tensor).append("\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},");
    }
    write(header.append("\"end\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}").toString());

    assertRefused("expected at most 5000000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Q8_0", "Q4_0", "q8_0"})
  void refusesTypesOfGguf(String dtype) throws IOException {
    write("{\"a\":{\"dtype\":\"" + dtype + "\",\"shape\":[32],\"data_offsets\":[0,34]}}");

    assertRefused("a.dtype is \"" + dtype + "\"", "a type of safetensors");
  }

  @Test
  void namesATensorThatIsTooLargeToBeMapped() throws IOException {
    long size = 1L << 31;
    write("{\"large\":{\"dtype\":\"U8\",\"shape\":[" + size + "],\"data_offsets\":[0," + size + "]}}", 0);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(sparse.length() + size);
    }
    TensorEntry large = SafeTensors.open(file).tensor("large");

    assertThatThrownBy(large::map).isInstanceOf(CheckpointException.class).hasMessageContaining(file + ": large has 2147483648 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"weight_map\":{\"a\":7}}", "{\"weight_map\":{\"a\":\"b/c.safetensors\"}}", "{\"weight_map\":{\"a\":\"b\\u0000\"}}"})
  void refusesAnIndexThatNamesNoFile(String index) throws IOException {
    Files.writeString(folder.resolve("model.safetensors.index.json"), index);

    assertThatThrownBy(() -> SafeTensors.open(folder)).isInstanceOf(CheckpointException.class)
        .hasMessageContaining("weight_map.a is not a file name");
  }

  private void assertRefused(String... said) {
    assertThatThrownBy(() -> SafeTensors.open(file)).isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file.toString()).hasMessageContainingAll(said);
  }

  private void write(String header) throws IOException {
    write(header, DATA_BYTES);
  }

  private void write(String header, int dataBytes) throws IOException {
    write(header.getBytes(StandardCharsets.UTF_8), dataBytes);
  }

  private void write(byte[] header, int dataBytes) throws IOException {
    Files.write(file, ByteBuffer.allocate(Long.BYTES + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length).put(header).array());
  }
}
