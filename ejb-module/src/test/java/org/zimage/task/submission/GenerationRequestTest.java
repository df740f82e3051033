package org.zimage.task.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.math.BigDecimal;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.api.ValidationError.Problem;
import org.zimage.api.json.Bodies;
import org.zimage.error.InvalidRequest;
import org.zimage.request.JsonText;

/** The words are those of pydantic 2.13, which existing clients may compare. */
class GenerationRequestTest {

  @Test
  void aPromptIsEnoughAndTheRestHasDefaults() {
    GenerationRequest request = GenerationRequest.parse("{\"prompt\": \"a cat sitting on the chair\"}");

    assertThat(request.toJson()).isEqualTo("""
        {"prompt":"a cat sitting on the chair","height":1024,"width":1024,"num_inference_steps":9,"guidance_scale":0.0,\
        "seed":null,"negative_prompt":"","cfg_normalization":null,"cfg_truncation":null,"max_sequence_length":null,\
        "metadata":null,"model":null}""");
    assertThat(request.webhook()).isNull();
  }

  /** Doubles cannot tell 1 - 1e-17 from 1. */
  @ParameterizedTest
  @CsvSource({"9, 0.3, 3", "9, 0.05, 1", "1, 1e-320, 1", "33, 1e-17, 1"})
  void oneStepIsRunAtLeastWhateverTheStrength(int steps, String strength, int run) {
    GenerationRequest request = GenerationRequest.parse(
        "{\"prompt\": \"a\", \"image\": \"task:a\", \"num_inference_steps\": " + steps + ", \"strength\": " + strength + "}");

    assertThat(request.parameters().stepsRun()).isEqualTo(run);
  }

  @Test
  void everyFieldIsRead() {
    GenerationRequest request = GenerationRequest.parse("""
        {"prompt": "猫 🐱", "height": 64, "width": 2048, "num_inference_steps": 50, "guidance_scale": 20, "seed": -9223372036854775808,
         "negative_prompt": null, "cfg_normalization": true, "cfg_truncation": 0.75, "max_sequence_length": 1024,
         "metadata": {"batch_id": "b", "other": [1, 2.5, null]}, "model": "z-image-nano", "unknown": "ignored"}""");

    assertThat(request.parameters().prompt()).isEqualTo("猫 🐱");
    assertThat(request.parameters().height()).isEqualTo(64);
    assertThat(request.parameters().width()).isEqualTo(2048);
    assertThat(request.parameters().numInferenceSteps()).isEqualTo(50);
    assertThat(request.parameters().guidanceScale()).isEqualTo(20);
    assertThat(request.parameters().seed()).isEqualTo(Long.MIN_VALUE);
    assertThat(request.parameters().negativePrompt()).isNull();
    assertThat(request.parameters().cfgNormalization()).isOne();
    assertThat(request.parameters().cfgTruncation()).isEqualTo(0.75);
    assertThat(request.parameters().maxSequenceLength()).isEqualTo(1024);
    assertThat(request.metadata().getString("batch_id")).isEqualTo("b");
    assertThat(request.model()).isEqualTo("z-image-nano");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "height              | `\"128\"`   | 128",
      "height              | `\" 128 \"` | 128",
      "height              | `\"1_28\"`  | 128",
      "height              | `\"128.0\"` | 128",
      "height              | `\"+128\"`  | 128",
      "height              | 128.0       | 128",
      "height              | 1e3         | 1000",
      "num_inference_steps | true        | 1"})
  void numbersWrittenInOtherWaysAreUnderstood(String field, String value, int expected) {
    GenerationRequest request = GenerationRequest.parse("{\"prompt\": \"a\", \"" + field + "\": " + value + "}");

    assertThat(field.equals("height") ? request.parameters().height() : request.parameters().numInferenceSteps()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "`\"1.5\"`   | 1.5",
      "`\" 1e0 \"` | 1",
      "`\"1_0.5\"` | 10.5",
      "`\".5\"`    | 0.5",
      "`\"5.\"`    | 5",
      "-0.0        | 0",
      "true        | 1"})
  void guidanceWrittenInOtherWaysIsUnderstood(String value, double expected) {
    assertThat(GenerationRequest.parse("{\"prompt\": \"a\", \"guidance_scale\": " + value + "}").parameters().guidanceScale() + 0.0)
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "1 | true", "0 | false", "1.0 | true", "0.0 | false", "`\"T\"` | true", "`\"on\"` | true", "`\"Off\"` | false",
      "`\"Yes\"` | true", "`\"N\"` | false"})
  void booleansWrittenInOtherWaysAreUnderstood(String value, boolean expected) {
    assertThat(GenerationRequest.parse("{\"prompt\": \"a\", \"cfg_normalization\": " + value + "}").parameters().cfgNormalization())
        .isEqualTo(expected ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "true | true", "false | false", "1 | true", "0 | false", "2 | 2.0", "0.5 | 0.5", "`\"0.25\"` | 0.25", "null | null"})
  void normalizationIsATruthValueOrANumber(String value, String written) {
    assertThat(GenerationRequest.parse("{\"prompt\": \"a\", \"cfg_normalization\": " + value + "}").toJson())
        .contains("\"cfg_normalization\":" + written + ",");
  }

  @Test
  void whatARequestLeavesToTheModelIsKnown() {
    assertThat(GenerationRequest.parse("{\"prompt\": \"a\", \"negative_prompt\": null}").leftOut())
        .containsExactlyInAnyOrder("num_inference_steps", "guidance_scale", "negative_prompt", "cfg_normalization");
    assertThat(GenerationRequest.parse("""
        {"prompt": "a", "num_inference_steps": 9, "guidance_scale": 0, "negative_prompt": "", "cfg_normalization": false}""").leftOut())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "prompt | `\"\"` | string_too_short | String should have at least 1 character",
      "prompt | 5 | string_type | Input should be a valid string",
      "prompt | null | string_type | Input should be a valid string",
      "prompt | `\"\\ud800\"` | string_unicode | Input should be a valid string, unable to parse raw data as a unicode string",
      "prompt | `\"a\\u0000b\"` | value_error | Value error, the character U+0000 cannot be stored",
      "height | 63 | greater_than_equal | Input should be greater than or equal to 64",
      "height | 2049 | less_than_equal | Input should be less than or equal to 2048",
      "height | 128.5 | int_from_float | Input should be a valid integer, got a number with a fractional part",
      "height | 1e-999999999 | int_from_float | Input should be a valid integer, got a number with a fractional part",
      "height | null | int_type | Input should be a valid integer",
      "height | [] | int_type | Input should be a valid integer",
      "height | `\"x\"` | int_parsing | Input should be a valid integer, unable to parse string as an integer",
      "height | `\"128.5\"` | int_parsing | Input should be a valid integer, unable to parse string as an integer",
      "height | `\"\"` | int_parsing | Input should be a valid integer, unable to parse string as an integer",
      "height | 99999999999999999999 | less_than_equal | Input should be less than or equal to 2048",
      "width | 1e999999999 | int_parsing_size | Unable to parse input string as an integer, exceeded maximum size",
      "num_inference_steps | 0 | greater_than_equal | Input should be greater than or equal to 1",
      "num_inference_steps | 51 | less_than_equal | Input should be less than or equal to 50",
      "guidance_scale | -1 | greater_than_equal | Input should be greater than or equal to 0",
      "guidance_scale | 20.5 | less_than_equal | Input should be less than or equal to 20",
      "guidance_scale | 1e400 | less_than_equal | Input should be less than or equal to 20",
      "guidance_scale | `\"nan\"` | less_than_equal | Input should be less than or equal to 20",
      "guidance_scale | `\"1d\"` | float_parsing | Input should be a valid number, unable to parse string as a number",
      "guidance_scale | [] | float_type | Input should be a valid number",
      "guidance_scale | null | float_type | Input should be a valid number",
      "seed | 9223372036854775808 | less_than_equal | Input should be less than or equal to 9223372036854775807",
      "seed | -9223372036854775809 | greater_than_equal | Input should be greater than or equal to -9223372036854775808",
      "seed | 1.5 | int_from_float | Input should be a valid integer, got a number with a fractional part",
      "negative_prompt | 3 | string_type | Input should be a valid string",
      "cfg_normalization | -0.5 | greater_than_equal | Input should be greater than or equal to 0",
      "cfg_normalization | `\"nan\"` | finite_number | Input should be a finite number",
      "cfg_normalization | `\"x\"` | bool_parsing | Input should be a valid boolean or number, unable to interpret input",
      "cfg_normalization | [] | bool_type | Input should be a valid boolean or number",
      "cfg_truncation | `\"inf\"` | finite_number | Input should be a finite number",
      "cfg_truncation | 1e400 | finite_number | Input should be a finite number",
      "max_sequence_length | 0 | greater_than_equal | Input should be greater than or equal to 1",
      "max_sequence_length | 1025 | less_than_equal | Input should be less than or equal to 1024",
      "metadata | [] | dict_type | Input should be a valid dictionary",
      "metadata | `\"x\"` | dict_type | Input should be a valid dictionary",
      "metadata | {\"a\": [{\"b\": \"\\u0000\"}]} | value_error | Value error, the character U+0000 cannot be stored"})
  void aWrongFieldIsNamedWithTypeAndReason(String field, String value, String type, String message) {
    String prompt = field.equals("prompt") ? "" : "\"prompt\": \"a\", ";

    InvalidRequest refusal = refusal("{" + prompt + "\"" + field + "\": " + value + "}");

    assertThat(json(refusal)).hasSize(1);
    JsonObject problem = json(refusal).getJsonObject(0);
    assertThat(problem.keySet()).containsExactly("type", "loc", "msg", "input");
    assertThat(problem.getString("type")).isEqualTo(type);
    assertThat(problem.getString("msg")).isEqualTo(message);
    assertThat(problem.get("loc")).hasToString("[\"body\",\"" + field + "\"]");
  }

  @Test
  void theInputIsShownAsItWasSent() {
    assertThat(json(refusal("{\"prompt\": \"a\", \"height\": 10}"))).hasToString("""
        [{"type":"greater_than_equal","loc":["body","height"],"msg":"Input should be greater than or equal to 64","input":10}]""");
  }

  @Test
  void aMissingPromptIsReportedWithTheWholeBody() {
    assertThat(json(refusal("{\"seed\": 1}"))).hasToString("""
        [{"type":"missing","loc":["body","prompt"],"msg":"Field required","input":{"seed":1}}]""");
  }

  @Test
  void noiseIsOfOneOfTwoGenerators() {
    assertThat(GenerationRequest.parse("{\"prompt\": \"a\", \"noise\": \"cuda\"}").toJson()).contains("\"noise\":\"cuda\"");
    assertThat(GenerationRequest.parse("{\"prompt\": \"a\", \"noise\": null}").toJson()).doesNotContain("noise");
    assertThat(json(refusal("{\"prompt\": \"a\", \"noise\": \"CPU\"}"))).hasToString("""
        [{"type":"literal_error","loc":["body","noise"],"msg":"Input should be 'cpu' or 'cuda'","input":"CPU"}]""");
  }

  @Test
  void everyProblemIsReportedAtOnce() {
    assertThat(refusal("{\"height\": 1, \"width\": \"x\", \"guidance_scale\": 21}").problems()).extracting(Problem::type)
        .containsExactly("missing", "greater_than_equal", "int_parsing", "less_than_equal");
  }

  @Test
  void aPromptOfTenThousandCharactersIsTheLongest() {
    assertThat(GenerationRequest.parse("{\"prompt\": \"" + "🐱".repeat(10_000) + "\"}").parameters().prompt()).hasSize(20_000);
    assertThat(refusal("{\"prompt\": \"" + "a".repeat(10_001) + "\"}").problems()).extracting(Problem::msg)
        .containsExactly("String should have at most 10000 characters");
  }

  @Test
  void metadataOfMoreThanSixteenKibibytesIsRefused() {
    assertThat(refusal("{\"prompt\": \"a\", \"metadata\": {\"a\": \"" + "é".repeat(8200) + "\"}}").problems())
        .extracting(Problem::msg).containsExactly("Value error, metadata must not exceed 16384 bytes as JSON (got 16408)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"prompt\": ", "{\"prompt\": \"a\"} x", "nonsense", "{'prompt': 'a'}", "[1, 2", "\u0000"})
  void whatIsNoJsonIsReportedAsSuch(String text) {
    JsonObject problem = json(refusal(text)).getJsonObject(0);

    assertThat(problem.getString("type")).isEqualTo("json_invalid");
    assertThat(problem.getString("msg")).isEqualTo("JSON decode error");
    assertThat(problem.getJsonArray("loc").getString(0)).isEqualTo("body");
    assertThat(problem.getJsonArray("loc").getInt(1)).isNotNegative();
    assertThat(problem.get("input")).hasToString("{}");
  }

  @Test
  void nestingWithoutEndIsRefused() {
    assertThatThrownBy(() -> GenerationRequest.parse("{\"prompt\": \"a\", \"metadata\": " + "{\"a\": ".repeat(5000) + "1"
        + "}".repeat(5000) + "}")).isInstanceOf(InvalidRequest.class);
  }

  /** A text that is read again from each of its characters would keep a thread for hours. */
  @ParameterizedTest
  @ValueSource(strings = {"guidance_scale", "strength", "cfg_truncation", "cfg_normalization", "width", "seed"})
  void aTextThatIsNearlyANumberIsRefusedAtOnce(String field) {
    for (String text : List.of("1".repeat(900_000) + "x", "1" + "_1".repeat(400_000) + "x", "1" + "_1".repeat(2_149))) {
      assertTimeoutPreemptively(Duration.ofSeconds(30),
          () -> assertThatThrownBy(() -> GenerationRequest.parse("{\"prompt\": \"a\", \"" + field + "\": \"" + text + "\"}"))
              .isInstanceOf(InvalidRequest.class));
    }
  }

  /** Each takes forty bytes of memory and more, and two of text. */
  @Test
  void moreThanTwentyThousandValuesAreRefused() {
    String few = "{\"prompt\": \"a\", \"metadata\": null, \"x\": [" + "0,".repeat(19_990) + "0]}";
    String many = "{\"prompt\": \"a\", \"x\": [" + "0,".repeat(20_000) + "0]}";

    assertThat(GenerationRequest.parse(few).parameters().prompt()).isEqualTo("a");
    assertThat(json(refusal(many))).hasToString("""
        [{"type":"too_long","loc":["body"],"msg":"A request should have at most 20000 values","input":null}]""");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "\"a\"", "5", "true"})
  void aBodyThatIsNoObjectIsRefused(String text) {
    assertThat(refusal(text).problems()).singleElement().satisfies(problem -> {
      assertThat(problem.type()).isEqualTo("model_attributes_type");
      assertThat(problem.msg()).isEqualTo("Input should be a valid dictionary or object to extract fields from");
      assertThat(problem.loc()).containsExactly("body");
    });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null"})
  void aBodyThatIsNotThereIsMissing(String text) {
    assertThat(json(refusal(text))).hasToString("""
        [{"type":"missing","loc":["body"],"msg":"Field required","input":null}]""");
  }

  @Test
  void aFieldIsRefusedOnceHoweverOftenItIsWrong() {
    String strings = "\"\\ud800\",".repeat(4_090);
    String text = "{\"prompt\": \"a\", \"metadata\": {\"a\": [" + strings.substring(0, strings.length() - 1) + "]}}";

    assertThat(refusal(text).problems()).extracting(Problem::type).containsExactly("string_unicode");
    assertThat(json(refusal(text)).toString()).hasSizeLessThan(1_000);
    assertThat(refusal(text).getMessage()).hasSizeLessThan(1_000);
  }

  @Test
  void aLongInputIsShownAsFarAsItsBeginning() {
    String long1 = "é".repeat(300_000);

    assertThat(json(refusal("{\"prompt\": \"" + long1 + "\"}")).getJsonObject(0).getString("input"))
        .hasSizeLessThan(600).startsWith("ééé").endsWith("…");
    assertThat(json(refusal("{\"other\": \"" + long1 + "\"}")).getJsonObject(0).getString("input"))
        .hasSizeLessThan(600).startsWith("{\"other\":\"ééé").endsWith("…");
  }

  @Test
  void theBeginningOfAnInputEndsBetweenCharacters() {
    for (String before : List.of("", "a")) {
      String input = json(refusal("{\"prompt\": \"" + before + "🐱".repeat(10_001) + "\"}")).getJsonObject(0).getString("input");

      assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(input)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e1200", "-1e1200", "1e999999", "1e131071", "1e-1200", "1e-999999999", "0e-1200", "[[1e2147483647]]"})
  void aNumberThatCannotBeReadFromTheDatabaseIsRefused(String number) {
    assertThat(refusal("{\"prompt\": \"a\", \"metadata\": {\"batch_index\": " + number + "}}").problems()).singleElement()
        .satisfies(problem -> {
          assertThat(problem.loc()).containsExactly("body", "metadata");
          assertThat(problem.msg()).isEqualTo("Value error, a number in metadata must not exceed 1000 digits when it is written out");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.7976931348623157e308", "-4.9406564584124654e-324", "1e999", "1.5", "0e0", "9223372036854775808"})
  void aNumberOfAnyUsualTypeIsKept(String number) {
    assertThat(GenerationRequest.parse("{\"prompt\": \"a\", \"metadata\": {\"x\": " + number + "}}").metadata()
        .getJsonNumber("x").bigDecimalValue()).isEqualTo(new BigDecimal(number));
  }

  @Test
  void numbersThatAreLongTogetherAreRefused() {
    String numbers = "1e900,".repeat(100) + "1";

    assertThat(refusal("{\"prompt\": \"a\", \"metadata\": {\"x\": [" + numbers + "]}}").problems()).extracting(Problem::msg)
        .containsExactly("Value error, the numbers in metadata must not exceed 65536 digits when they are written out");
  }

  @Test
  void metadataHasAHundredLevels() {
    assertThat(GenerationRequest.parse(nested(100)).metadata()).isNotNull();
    assertThat(refusal(nested(101)).problems()).extracting(Problem::msg)
        .containsExactly("Value error, metadata must not be nested deeper than 100 levels");
  }

  private static String nested(int levels) {
    return "{\"prompt\": \"a\", \"metadata\": " + "{\"a\": ".repeat(levels) + "1" + "}".repeat(levels) + "}";
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheText() {
    byte[] marked = "\uFEFF{\"prompt\": \"a\"}".getBytes(StandardCharsets.UTF_8);

    assertThat(GenerationRequest.parse(JsonText.decode(marked)).parameters().prompt()).isEqualTo("a");
  }

  @Test
  void theSeedsOfABatchFollowEachOtherUpToTheLargest() {
    GenerationRequest largest = GenerationRequest.parse("{\"prompt\": \"a\", \"seed\": 9223372036854775806}");

    assertThat(largest.asBatch("b", 2)).extracting(request -> request.parameters().seed()).containsExactly(Long.MAX_VALUE - 1, Long.MAX_VALUE);
    assertThat(json(catchThrowableOfType(InvalidRequest.class, () -> largest.asBatch("b", 3)))).hasToString("""
        [{"type":"less_than_equal","loc":["body","seed"],\
        "msg":"Input should be less than or equal to 9223372036854775805","input":9223372036854775806}]""");
  }

  private static JsonArray json(InvalidRequest refusal) {
    return Json.createReader(new StringReader(Bodies.text(refusal.problems()))).readArray();
  }

  private static InvalidRequest refusal(String text) {
    return catchThrowableOfType(InvalidRequest.class, () -> GenerationRequest.parse(text));
  }
}
