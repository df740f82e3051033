package org.zimage.worker;

import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The probes of a worker node: {@code /health/live}, and {@code /health/ready} once the model is loaded and warm. */
@WebServlet({"/health/live", "/health/ready"})
public class WorkerHealth extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject
  private transient InferenceThread inference;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
    boolean isAskedForReadiness = request.getServletPath().endsWith("/ready");
    String trouble = isAskedForReadiness ? inference.trouble() : null;
    JsonObjectBuilder answer = Json.createObjectBuilder().add("status", trouble == null ? "ok" : "not ready");
    if (trouble != null) {
      answer.add("reason", trouble);
    } else if (inference.model() != null) {
      answer.add("model", inference.model().card().name()).add("model_loads", inference.loads());
    }
    response.setStatus(trouble == null ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    response.setContentType("application/json");
    response.setHeader("Cache-Control", "no-store");
    response.getWriter().print(answer.build());
  }
}
