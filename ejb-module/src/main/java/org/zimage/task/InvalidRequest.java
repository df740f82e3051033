package org.zimage.task;

import static org.zimage.task.JsonLibrary.JSON;

import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import java.util.List;
import java.util.stream.Collectors;

/** The request cannot be accepted as it is; every problem is listed (HTTP: 422). */
public class InvalidRequest extends ZImageException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public InvalidRequest(List<Problem> problems) {
    super(ErrorCode.INVALID_REQUEST, problems.stream()
        .map(problem -> problem.loc().stream().map(Object::toString).collect(Collectors.joining("."))
            + ": " + problem.msg())
        .collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }

  /** The list that stands under {@code detail} in an answer. */
  public JsonArray toJson() {
    JsonArrayBuilder list = JSON.createArrayBuilder();
    problems.forEach(problem -> list.add(problem.toJson()));
    return list.build();
  }
}
