package org.zimage.worker;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.zimage.metrics.SystemMetrics;

/** {@code GET /metrics} of a worker node: what its process measures, as Prometheus reads it. */
@WebServlet("/metrics")
public class WorkerMetrics extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject
  private transient SystemMetrics metrics;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
    response.setContentType("text/plain; version=0.0.4; charset=utf-8");
    response.setHeader("Cache-Control", "no-store");
    response.getWriter().print(metrics.page());
  }
}
