package org.zimage.web.error;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.zimage.api.json.Bodies;

/**
 * Answers for the container, instead of its page, what never reached JAX-RS; asked for by its own path it is not there.
 */
@WebServlet(urlPatterns = "/error", asyncSupported = true)
public class ErrorPage extends HttpServlet {
  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
    int status = HttpServletResponse.SC_NOT_FOUND;
    if (request.getDispatcherType() == DispatcherType.ERROR) {
      status = (Integer) request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    }
    answer(response, status);
  }

  /** Writes the whole answer for a status. */
  public static void answer(HttpServletResponse response, int status) throws IOException {
    byte[] body = Bodies.text(Errors.body(status)).getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType("application/json");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
