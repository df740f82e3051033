package org.zimage.web.openai;

import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.PathSegment;
import jakarta.ws.rs.ext.Provider;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.zimage.api.ErrorResponse;
import org.zimage.api.ValidationError;
import org.zimage.api.ValidationError.Problem;

/** Says on OpenAI's routes what went wrong in the shape that clients of OpenAI's API read. */
@Provider
public class OpenAiErrorFilter implements ContainerResponseFilter {
  private static final Set<Class<?>> OURS = Set.of(OpenAiImagesResource.class, ModelsResource.class);
  private static final Set<String> IMAGES = Set.of("v1/images/generations", "v1/images/edits", "v1/images/variations");
  private static final String MODELS = ModelsResource.class.getAnnotation(Path.class).value();

  @Context
  private ResourceInfo route;

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    Optional<OpenAiError> error = translate(response.getStatus(), response.getEntity());
    if (error.isPresent() && isOurs(request)) {
      response.setStatus(error.get().status());
      response.setEntity(error.get().body());
    }
  }

  /** A method that the route does not have is refused before the route is known; only then its path is looked at. */
  private boolean isOurs(ContainerRequestContext request) {
    Class<?> reached = route.getResourceClass();
    if (reached != null) {
      return OURS.contains(reached);
    }
    // Each segment as it was meant: decoded, and without parameters
    String path = request.getUriInfo().getPathSegments().stream().map(PathSegment::getPath).collect(Collectors.joining("/"));
    return IMAGES.contains(path) || (path + "/").startsWith(MODELS + "/");
  }

  /** Empty for an answer that is no error of ours. */
  private static Optional<OpenAiError> translate(int status, Object body) {
    if (body instanceof ValidationError wrong) {
      return Optional.of(invalid(wrong.detail().get(0)));
    }
    return body instanceof ErrorResponse error ? Optional.of(OpenAiError.of(status, error.detail())) : Optional.empty();
  }

  /** OpenAI's clients read one problem; the first is as good as any. */
  private static OpenAiError invalid(Problem problem) {
    String param = problem.loc().size() > 1 && problem.loc().get(1) instanceof String field ? field : null;
    String message = problem.msg().replaceFirst("^Value error, ", "");
    if ("model".equals(param)) {
      return new OpenAiError(404, "invalid_request_error", param, "model_not_found", message);
    }
    String named = param == null || message.startsWith(param) ? message : param + ": " + message;
    return new OpenAiError(400, "invalid_request_error", param, problem.type(), named);
  }
}
