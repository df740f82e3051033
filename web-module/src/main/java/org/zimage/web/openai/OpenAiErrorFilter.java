package org.zimage.web.openai;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.PathSegment;
import jakarta.ws.rs.ext.Provider;
import java.util.Set;
import java.util.stream.Collectors;

/** Says on OpenAI's routes what went wrong in the shape that clients of OpenAI's API read. */
@Provider
public class OpenAiErrorFilter implements ContainerResponseFilter {
  private static final int UNPROCESSABLE = 422;
  private static final Set<Class<?>> OURS = Set.of(ImageGenerationsResource.class, ImageEditsResource.class, ModelsResource.class);
  private static final Set<String> EDITS = Set.of("v1/images/edits", "v1/images/variations");

  @Context
  private ResourceInfo route;

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (response.getStatus() >= 400 && response.getEntity() instanceof JsonObject body
        && body.containsKey("detail") && isOurs(request)) {
      OpenAiError error = translate(response.getStatus(), body.get("detail"));
      response.setStatus(error.status());
      response.setEntity(error.toJson());
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
    return path.equals(path(ImageGenerationsResource.class)) || EDITS.contains(path) || (path + "/").startsWith(path(ModelsResource.class) + "/");
  }

  private static String path(Class<?> resource) {
    return resource.getAnnotation(Path.class).value();
  }

  private static OpenAiError translate(int status, JsonValue detail) {
    if (status == UNPROCESSABLE && detail instanceof JsonArray problems && !problems.isEmpty()) {
      return invalid(problems.getJsonObject(0));
    }
    String message = detail instanceof JsonString text ? text.getString() : detail.toString();
    return OpenAiError.of(status, message);
  }

  /** OpenAI's clients read one problem; the first is as good as any. */
  private static OpenAiError invalid(JsonObject problem) {
    JsonArray loc = problem.getJsonArray("loc");
    String param = loc.size() > 1 && loc.get(1) instanceof JsonString field ? field.getString() : null;
    String message = problem.getString("msg").replaceFirst("^Value error, ", "");
    if ("model".equals(param)) {
      return new OpenAiError(404, "invalid_request_error", param, "model_not_found", message);
    }
    String named = param == null || message.startsWith(param) ? message : param + ": " + message;
    return new OpenAiError(400, "invalid_request_error", param, problem.getString("type"), named);
  }
}
