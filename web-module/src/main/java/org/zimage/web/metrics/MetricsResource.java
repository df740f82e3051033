package org.zimage.web.metrics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import org.zimage.metrics.SystemMetrics;
import org.zimage.web.access.Open;
import org.zimage.web.events.EventStreams;

/** {@code GET /metrics}: what this process measures, as Prometheus reads it. Asks for no key, like the probes. */
@ApplicationScoped
@Open
@Path("metrics")
public class MetricsResource {
  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final SystemMetrics metrics;
  private final EventStreams streams;

  protected MetricsResource() {
    this(null, null);
  }

  @Inject
  public MetricsResource(SystemMetrics metrics, EventStreams streams) {
    this.metrics = metrics;
    this.streams = streams;
  }

  void begin(@Observes @Initialized(ApplicationScoped.class) Object application) {
    metrics.showSystem(streams::open);
  }

  @GET
  public Response page() {
    return Response.ok(metrics.page()).type(PROMETHEUS_TEXT).build();
  }
}
