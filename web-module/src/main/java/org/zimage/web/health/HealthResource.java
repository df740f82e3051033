package org.zimage.web.health;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.zimage.api.HealthResponse;
import org.zimage.broker.Listeners.Listener;
import org.zimage.health.Health;
import org.zimage.health.HealthReport;
import org.zimage.settings.Settings;
import org.zimage.web.access.Open;

/** {@code GET /health}, and the probes of orchestrators below it. */
@Open
@Path("health")
public class HealthResource {
  private final Health health;
  private final Settings settings;

  @Inject
  public HealthResource(Health health, Settings settings) {
    this.health = health;
    this.settings = settings;
  }

  /**
   * 200 while requests can be served, otherwise 503, with what is wrong. Without the image store it is 200: another
   * node has the same store, and tasks can still be asked for and followed.
   */
  @GET
  public Response health() {
    HealthReport report = health.check();
    int status = report.isReady() ? 200 : 503;
    return report.isDegraded() ? answer(status, "degraded", checks(report)) : answer(status, "ok", null);
  }

  /** 200 as long as this process answers: a process that does not is to be ended. */
  @GET
  @Path("live")
  public Response live() {
    return answer(200, "ok", null);
  }

  /** Like {@link #health()}: a node that is not ready gets no requests. */
  @GET
  @Path("ready")
  public Response ready() {
    return health();
  }

  private Response answer(int status, String word, Map<String, String> checks) {
    return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE)
        .entity(new HealthResponse(word, settings.environment(), checks)).build();
  }

  private static Map<String, String> checks(HealthReport report) {
    Map<String, String> checks = new LinkedHashMap<>();
    checks.put("database", report.database() ? "ok" : "unreachable");
    checks.put("schema", report.schema() ? "ok" : "not ready");
    checks.put("redis", report.redis() ? "ok" : "unreachable");
    checks.put("images", report.images() ? "ok" : "unreachable");
    checks.put("broker", report.broker().isEmpty() ? "ok" : String.join("; ", report.broker()));
    checks.put("messages", report.listeners().isEmpty() ? "ok"
        : report.listeners().stream().map(Listener::toString).collect(Collectors.joining("; ")));
    return checks;
  }
}
