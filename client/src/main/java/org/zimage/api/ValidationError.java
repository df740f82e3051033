package org.zimage.api;

import jakarta.json.JsonValue;
import jakarta.json.bind.annotation.JsonbNillable;
import java.util.List;

/** The answer to a request that is wrong (422). */
public record ValidationError(List<Problem> detail) {

  /**
   * One thing that is wrong with a request, in the shape and words that clients of FastAPI services know.
   *
   * @param type the kind of problem, such as {@code greater_than_equal}
   * @param loc where it is: strings and integers, such as {@code ["body", "height"]}
   * @param msg a sentence for people
   * @param input the value that was sent, or its beginning
   */
  public record Problem(String type, List<Object> loc, String msg, @JsonbNillable JsonValue input) {
    public Problem {
      loc = List.copyOf(loc);
    }
  }
}
