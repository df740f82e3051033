package org.zimage.web.audit;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.Provider;
import org.zimage.audit.Actor;
import org.zimage.audit.Audited;
import org.zimage.audit.Refusals;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.error.Answer;
import org.zimage.web.access.CurrentCaller;
import org.zimage.web.access.Origins;
import org.zimage.web.access.SentKey;

/** Records every call of an {@link Audited} route that is answered with an error, with the status that it has by whatever door it came. */
@Provider
@Priority(RefusalFilter.BEFORE_IT_IS_TRANSLATED)
public class RefusalFilter implements ContainerResponseFilter {
  /** The deed is done and recorded: an error that the caller is told later is the picture's, not the call's. */
  public static final String DONE = RefusalFilter.class.getName();

  /** Filters of answers with higher numbers come first: OpenAI has other statuses for some failures. */
  static final int BEFORE_IT_IS_TRANSLATED = Priorities.USER + 1;

  private static final int FIRST_ERROR = 400;

  private final Refusals refusals;
  private final Callers callers;
  private final CurrentCaller current;
  private final Origins origins;

  @Context
  private ResourceInfo route;

  @Context
  private HttpServletRequest connection;

  @Inject
  public RefusalFilter(Refusals refusals, Callers callers, CurrentCaller current, Origins origins) {
    this.refusals = refusals;
    this.callers = callers;
    this.current = current;
    this.origins = origins;
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    boolean isRefused = response.getStatus() >= FIRST_ERROR && request.getProperty(DONE) == null;
    if (isRefused && !isAway(response)) {
      Origins.audited(route).ifPresent(audited ->
          refusals.note(audited.value(), actor(), response.getStatus(), sent(request.getUriInfo(), audited.object())));
    }
  }

  /** Trying to record what the database is missed for would hold up the answer for as long again. */
  private static boolean isAway(ContainerResponseContext response) {
    return Answer.UNAVAILABLE.body().equals(response.getEntity());
  }

  /** A body that is none may be refused before the key is looked at. */
  private Actor actor() {
    return current.known().map(Caller::actor)
        .orElseGet(() -> callers.actor(SentKey.of(connection), origins.of(route, connection)));
  }

  private static String sent(UriInfo address, String parameter) {
    MultivaluedMap<String, String> parameters = address.getPathParameters();
    return parameter.isEmpty() ? null : parameters.getFirst(parameter);
  }
}
