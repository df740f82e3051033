package org.zimage.json;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.json.Bodies;
import org.zimage.task.GenerationParameters;

class BodiesTest {
  private record Shelf(@JsonbProperty("z_name") String name, List<Book> books, @JsonbNillable(false) String left, Book first) { }

  private record Book(Integer pages, JsonValue any) {
    /** No property, however it is called. */
    public boolean isThick() {
      return true;
    }
  }

  private record Numbers(double primitive, Double wrapped, long whole) { }

  private record Texts(String text, Instant time, JsonObject own, Map<String, Object> map) { }

  @Test
  void aRecordIsWrittenInTheOrderOfItsDeclarationWithItsNulls() {
    assertThat(Bodies.text(new Shelf(null, List.of(new Book(3, JsonValue.NULL), new Book(null, null)), null, new Book(1, null))))
        .isEqualTo("{\"z_name\":null,\"books\":[{\"pages\":3,\"any\":null},{\"pages\":null,\"any\":null}],\"first\":{\"pages\":1,\"any\":null}}");
  }

  @Test
  void numbersAreWrittenAsJsonPWritesThem() {
    for (double number : new double[] {0, 3.5, 1e7, 1e-9, -0.1}) {
      String text = JsonLibrary.JSON.createValue(number).toString();

      assertThat(Bodies.text(new Numbers(number, number, 1L << 62)))
          .isEqualTo("{\"primitive\":" + text + ",\"wrapped\":" + text + ",\"whole\":4611686018427387904}");
    }
  }

  @Test
  void whatIsNoNumberOfJsonIsNull() {
    assertThat(Bodies.text(new Numbers(Double.NaN, Double.POSITIVE_INFINITY, 0)))
        .isEqualTo("{\"primitive\":null,\"wrapped\":null,\"whole\":0}");
  }

  @Test
  void textsAreEscapedAsJsonPEscapesThem() {
    String text = "é\u0001\u001f\"\\/\u007f\u2028🐱\n";

    assertThat(Bodies.text(new Texts(text, Instant.parse("2025-01-01T12:00:00.000001Z"), JsonValue.EMPTY_JSON_OBJECT, Map.of("a", 1))))
        .isEqualTo("{\"text\":" + JsonLibrary.JSON.createValue(text)
            + ",\"time\":\"2025-01-01T12:00:00.000001+00:00\",\"own\":{},\"map\":{\"a\":1}}");
  }

  @Test
  void everyParameterOfAPictureIsAFieldOfTheRequest() {
    assertThat(Stream.of(GenerateImageRequest.class.getRecordComponents()).map(Bodies::name)).startsWith(
        GenerationParameters.NAMES.toArray(String[]::new));
  }
}
