package org.zimage.error;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The request cannot be accepted as it is; of every field that is wrong the first problem is listed. */
public class InvalidRequest extends ZImageException {
  private static final long serialVersionUID = 1L;

  /** A request has fewer fields. */
  private static final int MOST = 30;

  private final transient List<Problem> problems;

  public InvalidRequest(List<Problem> problems) {
    super(422, ErrorCode.INVALID_REQUEST, firstOfEachPlace(problems).stream()
        .map(problem -> problem.loc().stream().map(Object::toString).collect(Collectors.joining("."))
            + ": " + problem.msg())
        .collect(Collectors.joining("; ")));
    this.problems = firstOfEachPlace(problems);
  }

  private static List<Problem> firstOfEachPlace(List<Problem> problems) {
    Map<List<Object>, Problem> places = new LinkedHashMap<>();
    problems.forEach(problem -> places.putIfAbsent(problem.loc(), problem));
    return places.values().stream().limit(MOST).toList();
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

  @Override
  protected JsonValue detail() {
    return toJson();
  }
}
