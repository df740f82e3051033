package org.zimage.error;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import org.zimage.json.Excerpt;

/**
 * One thing that is wrong with a request, in the shape and words that clients of FastAPI services know.
 *
 * @param type the kind of problem, such as {@code greater_than_equal}
 * @param loc where it is: strings and integers, such as {@code ["body", "height"]}
 * @param msg a sentence for people
 * @param input the value that was sent, or its beginning
 */
public record Problem(String type, List<Object> loc, String msg, JsonValue input) {
  public Problem {
    loc = List.copyOf(loc);
    input = Excerpt.of(input);
  }

  /** {@code {"type","loc","msg","input"}}. */
  public JsonObject toJson() {
    JsonArrayBuilder path = JSON.createArrayBuilder();
    for (Object step : loc) {
      if (step instanceof Integer index) {
        path.add(index);
      } else {
        path.add(step.toString());
      }
    }
    return JSON.createObjectBuilder().add("type", type).add("loc", path).add("msg", msg).add("input", input).build();
  }
}
