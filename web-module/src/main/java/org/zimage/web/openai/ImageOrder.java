package org.zimage.web.openai;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.ValidationError.Problem;
import org.zimage.error.InvalidRequest;
import org.zimage.json.JsonInteger;
import org.zimage.task.GenerationParameters;
import org.zimage.task.submission.GenerationRequest;

/**
 * What a client of OpenAI's images API asks for. Fields that mean nothing to Z-Image ({@code quality}, {@code style},
 * …) are ignored.
 *
 * @param count pictures, 1…10
 * @param inline whether the pictures stand in the answer as base64, or only their addresses
 * @param partialImages how many small pictures a stream shows of each while it grows
 * @param isStreamed whether the answer is a stream of events
 * @param one what each of the pictures is made from
 */
record ImageOrder(int count, boolean inline, boolean isStreamed, int partialImages, GenerationRequest one) {
  static final int MAX_COUNT = 10;
  private static final int MAX_PARTIAL_IMAGES = 3;

  /** Of Z-Image's own requests, beside the parameters. */
  private static final List<String> OTHER_FIELDS = List.of("expires_in", "reuse");

  private static final Pattern SIZE = Pattern.compile("(\\d{1,5})[x×](\\d{1,5})");

  /** Names of OpenAI's own models: clients that cannot leave the model out get the one that is served. */
  private static final Pattern OPENAI_MODEL = Pattern.compile("(dall-e|gpt-image|chatgpt-image)[a-z0-9.-]*");

  /** These models of OpenAI always answer with base64, and their clients do not ask for it. */
  private static final Pattern INLINE_MODEL = Pattern.compile("(gpt-image|chatgpt-image)[a-z0-9.-]*");

  /**
   * Reads a request.
   *
   * @throws InvalidRequest with every field that is wrong
   */
  static ImageOrder of(JsonValue body) {
    if (body.getValueType() != JsonValue.ValueType.OBJECT) {
      throw new InvalidRequest(List.of(problem(null, "The body must be a JSON object", body)));
    }
    return read(body.asJsonObject());
  }

  /**
   * Reads the fields of a request, or of a form.
   *
   * @throws InvalidRequest with every field that is wrong
   */
  static ImageOrder read(Map<String, JsonValue> body) {
    List<Problem> problems = new ArrayList<>();
    int count = number(body, "n", 1, MAX_COUNT, 1, problems);
    String model = text(body, "model");
    boolean inline = inline(body, model, problems);
    Map<String, JsonValue> one = new HashMap<>();
    Stream.concat(GenerationParameters.NAMES.stream(), OTHER_FIELDS.stream()).filter(body::containsKey)
        .forEach(field -> one.put(field, body.get(field)));
    size(body, one, problems);
    if (model != null && !OPENAI_MODEL.matcher(model).matches()) {
      one.put("model", body.get("model"));
    }
    if (text(body, "user") != null) {
      one.put("metadata", JSON.createObjectBuilder(Map.of("user", text(body, "user"))).build());
    }
    boolean isStreamed = JsonValue.TRUE.equals(body.get("stream"));
    int partialImages = number(body, "partial_images", 0, MAX_PARTIAL_IMAGES, 0, problems);
    return new ImageOrder(count, inline, isStreamed, isStreamed ? partialImages : 0, request(one, problems));
  }

  private static GenerationRequest request(Map<String, JsonValue> one, List<Problem> problems) {
    try {
      GenerationRequest request = GenerationRequest.read(JSON.createObjectBuilder(one).build());
      if (problems.isEmpty()) {
        return request;
      }
    } catch (InvalidRequest invalid) {
      problems.addAll(invalid.problems());
    }
    throw new InvalidRequest(problems);
  }

  private static int number(Map<String, JsonValue> body, String field, int least, int most, int byDefault, List<Problem> problems) {
    JsonValue value = body.getOrDefault(field, JsonValue.NULL);
    if (value.getValueType() == JsonValue.ValueType.NULL) {
      return byDefault;
    }
    OptionalInt number = JsonInteger.between(least, most, value);
    if (number.isEmpty()) {
      problems.add(problem(field, field + " must be a whole number from " + least + " to " + most, value));
    }
    return number.orElse(byDefault);
  }

  private static boolean inline(Map<String, JsonValue> body, String model, List<Problem> problems) {
    String format = text(body, "response_format");
    if (format == null) {
      return model != null && INLINE_MODEL.matcher(model).matches();
    }
    if (!format.equals("url") && !format.equals("b64_json")) {
      problems.add(problem("response_format", "response_format must be url or b64_json", body.get("response_format")));
    }
    return format.equals("b64_json");
  }

  private static void size(Map<String, JsonValue> body, Map<String, JsonValue> one, List<Problem> problems) {
    String size = text(body, "size");
    if (size == null || size.equals("auto")) {
      return;
    }
    Matcher form = SIZE.matcher(size);
    if (form.matches() && isSide(form.group(1)) && isSide(form.group(2))) {
      one.put("width", JSON.createValue(Integer.parseInt(form.group(1))));
      one.put("height", JSON.createValue(Integer.parseInt(form.group(2))));
    } else {
      problems.add(problem("size", "size must be auto or WIDTHxHEIGHT with sides from " + GenerateImageRequest.MIN_SIDE
          + " to " + GenerateImageRequest.MAX_SIDE + " pixels", body.get("size")));
    }
  }

  private static boolean isSide(String digits) {
    int side = Integer.parseInt(digits);
    return side >= GenerateImageRequest.MIN_SIDE && side <= GenerateImageRequest.MAX_SIDE;
  }

  private static String text(Map<String, JsonValue> body, String field) {
    return body.get(field) instanceof JsonString string ? string.getString() : null;
  }

  private static Problem problem(String field, String message, JsonValue input) {
    return new Problem("value_error", field == null ? List.of("body") : List.of("body", field), message, input);
  }
}
