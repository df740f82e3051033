package org.zimage.client;

import jakarta.ws.rs.core.GenericType;
import jakarta.ws.rs.core.Link;
import jakarta.ws.rs.core.UriBuilder;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Queue;
import org.zimage.api.TaskSummary;

/** Reads the history page by page, as far as the caller reads. */
final class HistoryPages implements Iterator<TaskSummary> {
  private static final int MAX_PAGE_SIZE = 50;

  /**
   * A page.
   *
   * @param next the query that leads to the next one; null after the last
   */
  record Page(List<TaskSummary> batches, String next) { }

  private final Connection server;
  private final Queue<TaskSummary> page = new ArrayDeque<>();
  private String next;

  HistoryPages(HistoryFilter filter, Connection server) {
    this.next = query(filter, MAX_PAGE_SIZE, 0);
    this.server = server;
  }

  @Override
  public boolean hasNext() {
    while (page.isEmpty() && next != null) {
      Page fetched = fetch(next, server);
      page.addAll(fetched.batches());
      next = fetched.next();
    }
    return !page.isEmpty();
  }

  @Override
  public TaskSummary next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return page.remove();
  }

  /** The query of the address for this filter. */
  static String query(HistoryFilter filter, int limit, int offset) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("limit", limit);
    parameters.put("offset", offset == 0 ? null : offset);
    parameters.put("q", filter.words());
    parameters.put("from", filter.from());
    parameters.put("to", filter.until());
    parameters.put("status", filter.status());
    parameters.values().removeIf(Objects::isNull);
    UriBuilder address = UriBuilder.fromPath("/");
    parameters.keySet().forEach(name -> address.queryParam(name, "{" + name + "}"));
    return address.buildFromMap(parameters).getRawQuery();
  }

  /** Fetches a page. Only the query of the next page's address is used, because a proxy may have changed its path. */
  static Page fetch(String query, Connection server) {
    return server.repeated(() -> server.request(server.route("history").replaceQuery(query).build()).get(), answer -> {
      Link next = answer.getLink("next");
      return new Page(answer.readEntity(new GenericType<List<TaskSummary>>() { }),
          next == null ? null : next.getUri().getRawQuery());
    });
  }
}
