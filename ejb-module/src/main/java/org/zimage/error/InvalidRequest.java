package org.zimage.error;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.zimage.api.ValidationError;
import org.zimage.api.ValidationError.Problem;
import org.zimage.json.Excerpt;

/** The request cannot be accepted as it is; of every field that is wrong the first problem is listed. */
public class InvalidRequest extends ZImageException {
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
    return places.values().stream().limit(MOST)
        .map(problem -> new Problem(problem.type(), problem.loc(), problem.msg(), Excerpt.of(problem.input()))).toList();
  }

  public List<Problem> problems() {
    return problems;
  }

  @Override
  protected ValidationError body() {
    return new ValidationError(problems);
  }
}
