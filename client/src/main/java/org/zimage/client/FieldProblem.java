package org.zimage.client;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.List;

/**
 * One reason why a request was refused with 422.
 *
 * @param type the kind of problem, such as {@code less_than_equal}
 * @param location where it is, from the outside in: {@code body}, {@code height}
 * @param message a sentence for people
 * @param input what was sent there; JSON's null where nothing was
 */
public record FieldProblem(String type, List<String> location, String message, JsonValue input) {

  /** The field's name: the last part of the location. */
  public String field() {
    return location.isEmpty() ? "" : location.get(location.size() - 1);
  }

  static List<FieldProblem> list(JsonArray problems) {
    return problems.stream().filter(JsonObject.class::isInstance).map(problem -> of(problem.asJsonObject())).toList();
  }

  private static FieldProblem of(JsonObject problem) {
    List<String> location = problem.containsKey("loc")
        ? problem.getJsonArray("loc").stream().map(FieldProblem::text).toList() : List.of();
    return new FieldProblem(problem.getString("type", ""), location, problem.getString("msg", ""),
        problem.getOrDefault("input", JsonValue.NULL));
  }

  private static String text(JsonValue part) {
    return part instanceof JsonString text ? text.getString() : part.toString();
  }
}
