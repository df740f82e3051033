package org.zimage.web.v1;

import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.zimage.api.ValidationError.Problem;
import org.zimage.audit.AuditFilter;
import org.zimage.audit.Deed;
import org.zimage.error.InvalidRequest;

/** What {@code GET /v1/audit} can be asked with; an empty parameter is as good as none. */
public class AuditParameters {
  private static final String NUMBER = "\\d{1,40}";

  @QueryParam("after")
  @DefaultValue("")
  private String after;

  @QueryParam("limit")
  private String limit;

  @QueryParam("from")
  @DefaultValue("")
  private String from;

  @QueryParam("to")
  @DefaultValue("")
  private String to;

  @QueryParam("client")
  @DefaultValue("")
  private String client;

  @QueryParam("deed")
  @DefaultValue("")
  private String deed;

  /** @throws InvalidRequest when it is no number */
  int limit(int byDefault) {
    return WholeNumber.parse("limit", limit, byDefault);
  }

  /** @throws InvalidRequest with every parameter that is wrong */
  AuditFilter filter() {
    List<Problem> problems = new ArrayList<>();
    AuditFilter filter = new AuditFilter(after(problems), HistoryParameters.time("from", from, false, problems),
        HistoryParameters.time("to", to, true, problems), client(problems), deed(problems));
    if (!problems.isEmpty()) {
      throw new InvalidRequest(problems);
    }
    return filter;
  }

  private long after(List<Problem> problems) {
    if (after.isBlank()) {
      return 0;
    }
    if (!after.strip().matches(NUMBER)) {
      problems.add(HistoryParameters.problem("value_error", "after", "Value error, this is no number of a record: take the id of the last line", after));
      return 0;
    }
    return new BigInteger(after.strip()).min(BigInteger.valueOf(Long.MAX_VALUE)).longValue();
  }

  /** PostgreSQL has no character 0. */
  private String client(List<Problem> problems) {
    if (client.indexOf('\0') >= 0) {
      problems.add(HistoryParameters.problem("value_error", "client", "Value error, this is no client's id: take one of the audit", client));
    }
    return client.isBlank() ? null : client.strip();
  }

  private Deed deed(List<Problem> problems) {
    if (deed.isBlank()) {
      return null;
    }
    Deed known = Deed.of(deed.strip()).orElse(null);
    if (known == null) {
      String words = Stream.of(Deed.values()).map(each -> "'" + each.word() + "'").collect(Collectors.joining(", "));
      problems.add(HistoryParameters.problem("enum", "deed", "Input should be one of " + words, deed));
    }
    return known;
  }
}
