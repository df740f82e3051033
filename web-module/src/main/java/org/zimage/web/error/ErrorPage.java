package org.zimage.web.error;

import static org.zimage.task.JsonLibrary.JSON;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Answers for the container, instead of its page, what never reached JAX-RS; asked for by its own path it is not there.
 */
@WebServlet("/error")
public class ErrorPage extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = Logger.getLogger(ErrorPage.class.getName());

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response) {
    int status = HttpServletResponse.SC_NOT_FOUND;
    if (request.getDispatcherType() == DispatcherType.ERROR) {
      status = (Integer) request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    }
    answer(response, status);
  }

  /** Writes the whole answer for a status. Whoever has left gets none, and nothing is logged that callers could fill the disk with. */
  public static void answer(HttpServletResponse response, int status) {
    byte[] body = Errors.body(JSON.createValue(Errors.reason(status))).toString().getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType("application/json");
    response.setContentLength(body.length);
    try {
      response.getOutputStream().write(body);
    } catch (IOException gone) {
      LOG.log(Level.FINE, "A caller has left", gone);
    }
  }
}
