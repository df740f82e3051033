package org.zimage.web.health;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.stream.Collectors;
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

  private Response answer(int status, String word, JsonObject checks) {
    JsonObjectBuilder body = JSON.createObjectBuilder().add("status", word).add("environment", settings.environment());
    if (checks != null) {
      body.add("checks", checks);
    }
    return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(body.build()).build();
  }

  private static JsonObject checks(HealthReport report) {
    return JSON.createObjectBuilder()
        .add("database", report.database() ? "ok" : "unreachable")
        .add("schema", report.schema() ? "ok" : "not ready")
        .add("redis", report.redis() ? "ok" : "unreachable")
        .add("images", report.images() ? "ok" : "unreachable")
        .add("broker", report.broker().isEmpty() ? "ok" : String.join("; ", report.broker()))
        .add("messages", report.listeners().isEmpty() ? "ok"
            : report.listeners().stream().map(Listener::toString).collect(Collectors.joining("; ")))
        .build();
  }
}
