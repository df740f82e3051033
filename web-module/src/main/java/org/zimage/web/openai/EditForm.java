package org.zimage.web.openai;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.json.JsonValue;
import jakarta.ws.rs.core.EntityPart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.zimage.api.ValidationError.Problem;
import org.zimage.error.InvalidRequest;
import org.zimage.input.Uploads;
import org.zimage.request.JsonText;
import org.zimage.request.RequestTooLong;

/** The form with which clients of OpenAI's API have pictures edited, as the fields that ask for the same in JSON. Used once. */
final class EditForm {
  /** By what the form calls them; where several pictures may come, this model takes one. */
  private static final Map<String, String> PICTURES = Map.of("image", "image", "image[]", "image", "mask", "mask_image");
  private static final Set<String> NUMBERS = Set.of("n", "partial_images");
  private static final String STREAM = "stream";
  private static final Pattern WHOLE_NUMBER = Pattern.compile("-?\\d{1,18}");
  private static final Pattern TRUTH = Pattern.compile("true|false");
  /** Variations have no prompt, and this model wants one. */
  private static final String PROMPT_OF_NONE = "a picture like this one";

  private final Map<String, JsonValue> order = new HashMap<>(Map.of("prompt", JSON.createValue(PROMPT_OF_NONE)));
  private final List<Problem> problems = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private final Uploads uploads;
  /** Bytes that the texts may still have. */
  private int left = JsonText.MAX_BYTES;

  private EditForm(Uploads uploads) {
    this.uploads = uploads;
  }

  /**
   * Reads the parts of a form.
   *
   * @param parts null where no form was sent
   * @param uploads get the pictures
   * @throws InvalidRequest when a field comes twice or cannot be read, or the picture is missing
   * @throws RequestTooLong when it is too long beside its pictures
   */
  static Map<String, JsonValue> read(List<EntityPart> parts, Uploads uploads) throws IOException {
    EditForm form = new EditForm(uploads);
    for (EntityPart part : parts == null ? List.<EntityPart>of() : parts) {
      form.take(part);
    }
    return form.order();
  }

  private Map<String, JsonValue> order() {
    if (!seen.contains("image")) {
      problems.add(problem("image", "send the picture to start from as a file"));
    }
    if (!problems.isEmpty()) {
      throw new InvalidRequest(problems);
    }
    return order;
  }

  private void take(EntityPart part) throws IOException {
    if (part.getName() == null) {
      problems.add(problem("form", "a part has no name: say in its Content-Disposition which field it is"));
      return;
    }
    boolean isPicture = PICTURES.containsKey(part.getName());
    String name = PICTURES.getOrDefault(part.getName(), part.getName());
    if (!seen.add(name)) {
      problems.add(problem(part.getName(),
          isPicture ? "send one picture: this model begins with one" : "the field comes twice: send it once"));
    }
    try (InputStream content = content(part)) {
      order.put(name, isPicture && part.getFileName().isPresent()
          ? JSON.createValue(uploads.<RuntimeException>add(content::transferTo)) : value(name, text(content)));
    }
  }

  private String text(InputStream content) throws IOException {
    byte[] text = content.readNBytes(left + 1);
    left -= text.length;
    if (left < 0) {
      throw new RequestTooLong();
    }
    return new String(text, StandardCharsets.UTF_8);
  }

  private static InputStream content(EntityPart part) {
    try {
      return part.getContent();
    } catch (IllegalStateException unreadable) { // of Jersey, for an encoding that it does not know
      throw new InvalidRequest(List.of(problem(part.getName(), "it cannot be read: send it without a Content-Transfer-Encoding")));
    }
  }

  /** Forms have texts only. Those of Z-Image's own parameters are read as what they say; these are OpenAI's. */
  private static JsonValue value(String name, String text) {
    if (NUMBERS.contains(name) && WHOLE_NUMBER.matcher(text).matches()) {
      return JSON.createValue(Long.parseLong(text));
    }
    if (name.equals(STREAM) && TRUTH.matcher(text).matches()) {
      return text.equals("true") ? JsonValue.TRUE : JsonValue.FALSE;
    }
    return JSON.createValue(text);
  }

  /** The same problems by the names that the form has for its fields. */
  static InvalidRequest inItsNames(InvalidRequest refused) {
    return new InvalidRequest(refused.problems().stream().map(problem -> new Problem(problem.type(),
        problem.loc().stream().map(step -> step.equals("mask_image") ? "mask" : step).toList(),
        problem.msg().replace("mask_image", "mask"), problem.input())).toList());
  }

  private static Problem problem(String field, String message) {
    return new Problem("value_error", List.of("body", field), "Value error, " + message, JsonValue.NULL);
  }
}
