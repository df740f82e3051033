package org.zimage.web.error;

import jakarta.inject.Inject;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.error.Answer;
import org.zimage.error.InvalidRequest;
import org.zimage.error.Outage;
import org.zimage.image.StorageFailed;
import org.zimage.json.Excerpt;
import org.zimage.log.OnceInLog;
import org.zimage.schema.Schema;

/** The only place where a failure becomes an answer of HTTP. */
@Provider
public class ErrorMapper implements ExceptionMapper<Throwable> {
  private static final Logger LOG = Logger.getLogger(ErrorMapper.class.getName());
  private static final OnceInLog SAID = new OnceInLog();
  private static final int UNAUTHORIZED = 401;

  /** Headers of JAX-RS's own answers that belong to the status, not to the body that we replace. */
  private static final List<String> STATUS_HEADERS =
      List.of(HttpHeaders.ALLOW, "Content-Range", HttpHeaders.RETRY_AFTER, HttpHeaders.WWW_AUTHENTICATE);

  private final Schema schema;

  @Context
  private UriInfo uri;

  @Inject
  public ErrorMapper(Schema schema) {
    this.schema = schema;
  }

  @Override
  public Response toResponse(Throwable failure) {
    if (failure instanceof WebApplicationException http) {
      return refused(http.getResponse());
    }
    boolean isWrong = failure instanceof InvalidRequest;
    if (!isWrong && (Outage.isCauseOf(failure) || !schema.isCurrent())) {
      LOG.log(Level.FINE, "The database is away", failure);
      return response(Answer.UNAVAILABLE);
    }
    if (failure instanceof ProcessingException || failure instanceof IOException) {
      // A header that is read only where it is wanted, and that is none; or the caller has left while it was sending
      LOG.log(Level.FINE, "A request cannot be understood", failure);
      return Errors.answer(400).build();
    }
    Answer answer = Answer.to(failure, resource());
    log(failure, answer);
    return response(answer);
  }

  private void log(Throwable failure, Answer answer) {
    if (failure instanceof StorageFailed) {
      LOG.log(Level.WARNING, "The image store cannot be read: {0}", failure.getMessage());
    } else if (answer.isOurFault()) {
      log("A request of /" + Excerpt.of(uri.getPath()) + " failed", failure);
    }
  }

  private static Response response(Answer answer) {
    ResponseBuilder response = Errors.answer(answer.status(), answer.body());
    if (answer.status() == UNAUTHORIZED) {
      response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    answer.retryAfterSeconds().ifPresent(seconds -> response.header(HttpHeaders.RETRY_AFTER, seconds));
    return response.build();
  }

  /** Whoever asks again and again fills the log with lines, not with stack traces. */
  public static void log(String what, Throwable failure) {
    if (SAID.isFirst(what + failure.getClass())) {
      LOG.log(Level.SEVERE, what, failure);
    } else {
      LOG.severe(what + " again: " + Excerpt.of(failure.toString()));
    }
  }

  /** The class that was called; the container may have put one of its own around it. */
  private String resource() {
    return uri.getMatchedResources().isEmpty() ? "HTTP"
        : uri.getMatchedResources().get(0).getClass().getSimpleName().replaceFirst("\\$.*", "");
  }

  private static Response refused(Response original) {
    if (original.getStatus() < 400) {
      return original;
    }
    ResponseBuilder answer = Errors.answer(original.getStatus());
    for (String header : STATUS_HEADERS) {
      if (original.getHeaderString(header) != null) {
        answer.header(header, original.getHeaderString(header));
      }
    }
    return answer.build();
  }
}
