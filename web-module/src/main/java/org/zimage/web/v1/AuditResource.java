package org.zimage.web.v1;

import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import org.zimage.api.json.Bodies;
import org.zimage.audit.AuditFilter;
import org.zimage.audit.AuditLog;
import org.zimage.web.access.CurrentCaller;
import org.zimage.web.writing.Pieces;
import org.zimage.web.writing.Texts;

/** Shows the administrator who did what. */
@Path("v1/audit")
@Produces("application/x-ndjson")
public class AuditResource {
  private static final int DEFAULT_LIMIT = 1_000;
  private static final int MOST = 100_000;

  private final AuditLog audit;
  private final CurrentCaller caller;

  @Inject
  public AuditResource(AuditLog audit, CurrentCaller caller) {
    this.audit = audit;
    this.caller = caller;
  }

  /**
   * Deeds in the order of their numbers, each as JSON on a line of its own: {@code limit} of them (brought into 1…100000; 1000 when it is
   * left out) behind the number {@code after}, done {@code from} … {@code to}, by this {@code client}, of this {@code deed}. Written while
   * they are read: they are nowhere in memory as a whole.
   */
  @GET
  public Pieces entries(@BeanParam AuditParameters parameters) {
    caller.get().requireAdministrator();
    AuditFilter filter = parameters.filter();
    int limit = Math.min(Math.max(parameters.limit(DEFAULT_LIMIT), 1), MOST);
    return Pieces.of(new Texts<>("", audit.entries(filter, limit).iterator(), entry -> Bodies.text(entry) + "\n", "", ""));
  }
}
