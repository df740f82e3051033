package org.zimage.api.audit;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Which deeds are wanted; null stands for no condition.
 *
 * @param after the number of the last one that is known; 0 for none
 * @param from when it was done at the earliest
 * @param until the moment before which it was done
 * @param client who did it, by the client's id
 * @param deed such as {@code task.submit}
 */
public record AuditQuery(long after, Instant from, Instant until, String client, String deed) {
  /** Everything from the beginning. */
  public static final AuditQuery ALL = new AuditQuery(0, null, null, null, null);

  /** The parameters of the route, by their names; those without a condition are left out. */
  public Map<String, Object> parameters() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("after", after);
    parameters.put("from", from);
    parameters.put("to", until);
    parameters.put("client", client);
    parameters.put("deed", deed);
    parameters.values().removeIf(Objects::isNull);
    return parameters;
  }

  /** The same behind the deed of this number. */
  public AuditQuery withAfter(long number) {
    return new AuditQuery(number, from, until, client, deed);
  }

  /** The same for a time; either may be null. */
  public AuditQuery withTime(Instant newFrom, Instant newUntil) {
    return new AuditQuery(after, newFrom, newUntil, client, deed);
  }

  /** The same for a client. */
  public AuditQuery withClient(String newClient) {
    return new AuditQuery(after, from, until, newClient, deed);
  }

  /** The same for a kind of deed. */
  public AuditQuery withDeed(String newDeed) {
    return new AuditQuery(after, from, until, client, newDeed);
  }
}
