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
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.caller.KeyMissing;
import org.zimage.caller.KeyNotAllowed;
import org.zimage.caller.LimitReached;
import org.zimage.error.InvalidRequest;
import org.zimage.error.Outage;
import org.zimage.error.ZImageException;
import org.zimage.history.BatchNotFound;
import org.zimage.image.StorageFailed;
import org.zimage.json.Excerpt;
import org.zimage.log.OnceInLog;
import org.zimage.request.UnstorableValue;
import org.zimage.schema.Schema;
import org.zimage.task.TaskNotAllowed;
import org.zimage.task.TaskNotFound;
import org.zimage.task.submission.BatchNotAllowed;
import org.zimage.web.access.SiteNotAllowed;

/** The only place where a failure becomes an answer of HTTP. */
@Provider
public class ErrorMapper implements ExceptionMapper<Throwable> {
  private static final Logger LOG = Logger.getLogger(ErrorMapper.class.getName());
  private static final OnceInLog SAID = new OnceInLog();
  private static final int RETRY_SECONDS = 5;
  private static final int TOO_MANY = 429;

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
    if (failure instanceof InvalidRequest invalid) {
      return Errors.answer(Errors.UNPROCESSABLE, invalid.toJson()).build();
    }
    if (failure instanceof WebApplicationException http) {
      return refused(http.getResponse());
    }
    if (Outage.isCauseOf(failure) || !schema.isCurrent()) {
      LOG.log(Level.FINE, "The database is away", failure);
      return unavailable();
    }
    if (failure instanceof StorageFailed away) {
      LOG.log(Level.WARNING, "The image store cannot be read: {0}", away.getMessage());
      return unavailable();
    }
    if (failure instanceof ZImageException known) {
      return known(known);
    }
    Optional<InvalidRequest> unstorable = UnstorableValue.refusal(failure, resource());
    if (unstorable.isPresent()) {
      return toResponse(unstorable.get());
    }
    if (failure instanceof ProcessingException) {
      // A header that is read only where it is wanted, and that is none
      LOG.log(Level.FINE, "A request cannot be understood", failure);
      return Errors.answer(400).build();
    }
    if (failure instanceof IOException) {
      // The caller has left while it was sending; whatever is written now reaches nobody
      LOG.log(Level.FINE, "A request broke off", failure);
      return Errors.answer(400).build();
    }
    tell("A request of /" + Excerpt.of(uri.getPath()) + " failed", failure);
    return Errors.answer(500).build();
  }

  /** Whoever asks again and again fills the log with lines, not with stack traces. */
  private static void tell(String what, Throwable failure) {
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

  private static Response unavailable() {
    return Errors.answer(503, "Service temporarily unavailable").header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS).build();
  }

  private static Response known(ZImageException failure) {
    if (failure instanceof KeyMissing) {
      return Errors.answer(401, failure.getMessage()).header(HttpHeaders.WWW_AUTHENTICATE, "Bearer").build();
    }
    if (failure instanceof KeyNotAllowed || failure instanceof SiteNotAllowed || failure instanceof TaskNotAllowed
        || failure instanceof BatchNotAllowed) {
      return Errors.answer(403, failure.getMessage()).build();
    }
    if (failure instanceof LimitReached limit) {
      return Errors.answer(TOO_MANY, limit.getMessage()).header(HttpHeaders.RETRY_AFTER, limit.retrySeconds()).build();
    }
    if (failure instanceof TaskNotFound || failure instanceof BatchNotFound) {
      return Errors.answer(404, failure.getMessage()).build();
    }
    LOG.log(Level.SEVERE, failure.code().word(), failure);
    return Errors.answer(500).build();
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
