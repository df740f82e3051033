package org.zimage.web.v1;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.zimage.api.TaskStatus;
import org.zimage.api.ValidationError.Problem;
import org.zimage.error.InvalidRequest;
import org.zimage.history.HistoryCursor;
import org.zimage.history.BatchFilter;
import org.zimage.history.PromptWords;
import org.zimage.task.BatchStatus;

/** What {@code GET /v1/history} can be asked with; an empty parameter is as good as none. */
public class HistoryParameters {
  @QueryParam("limit")
  private String limit;

  @QueryParam("offset")
  private String offset;

  @QueryParam("q")
  @DefaultValue("")
  private String q;

  @QueryParam("from")
  @DefaultValue("")
  private String from;

  @QueryParam("to")
  @DefaultValue("")
  private String to;

  @QueryParam("status")
  @DefaultValue("")
  private String status;

  @QueryParam("before")
  @DefaultValue("")
  private String before;

  /** @throws InvalidRequest when it is no number */
  int limit(int byDefault) {
    return WholeNumber.parse("limit", limit, byDefault);
  }

  /** @throws InvalidRequest when it is no number */
  int offset() {
    return WholeNumber.parse("offset", offset, 0);
  }

  /** @throws InvalidRequest with every parameter that is wrong */
  BatchFilter filter() {
    List<Problem> problems = new ArrayList<>();
    BatchFilter filter = new BatchFilter(words(problems), time("from", from, false, problems), time("to", to, true, problems),
        status(problems), cursor(problems));
    if (!problems.isEmpty()) {
      throw new InvalidRequest(problems);
    }
    return filter;
  }

  private PromptWords words(List<Problem> problems) {
    if (q.length() > PromptWords.MAX_LENGTH) {
      problems.add(problem("string_too_long", "q", "String should have at most " + PromptWords.MAX_LENGTH + " characters", q));
      return null;
    }
    return PromptWords.parse(q).orElse(null);
  }

  /** A date alone stands for its first moment in UTC, or for the first after it. */
  static Instant time(String name, String text, boolean end, List<Problem> problems) {
    if (text.isBlank()) {
      return null;
    }
    try {
      Instant time = time(text.strip(), end);
      if (BatchFilter.isPossible(time)) {
        return time;
      }
    } catch (DateTimeException e) {
      // The same answer as for a time that the database does not know
    }
    problems.add(problem("datetime_parsing", name,
        "Input should be a valid date, or a valid datetime with its offset from UTC", text));
    return null;
  }

  private static Instant time(String text, boolean end) {
    if (text.indexOf('T') >= 0) {
      // A plus sign in an address is a blank
      return OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
    }
    LocalDate day = LocalDate.parse(text);
    return (end ? day.plusDays(1) : day).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private TaskStatus status(List<Problem> problems) {
    if (status.isBlank()) {
      return null;
    }
    String wanted = status.strip().toUpperCase(Locale.ROOT);
    TaskStatus known = Stream.of(BatchStatus.values()).map(BatchStatus::shown).filter(each -> each.name().equals(wanted))
        .findFirst().orElse(null);
    if (known == null) {
      problems.add(problem("enum", "status", "Input should be 'SUCCESS', 'FAILURE' or 'PENDING'", status));
    }
    return known;
  }

  private HistoryCursor cursor(List<Problem> problems) {
    if (before.isBlank()) {
      return null;
    }
    HistoryCursor cursor = HistoryCursor.parse(before).orElse(null);
    if (cursor == null) {
      problems.add(problem("value_error", "before", "Value error, this is no cursor: take the address of the Link header", before));
    }
    return cursor;
  }

  static Problem problem(String type, String name, String message, String input) {
    return new Problem(type, List.of("query", name), message, JSON.createValue(input));
  }
}
