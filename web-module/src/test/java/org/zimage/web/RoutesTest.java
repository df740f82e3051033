package org.zimage.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.zimage.api.ZImageApi;
import org.zimage.web.health.HealthResource;
import org.zimage.web.picture.PictureResource;
import org.zimage.web.clients.ClientDataResource;
import org.zimage.web.v1.AuditResource;
import org.zimage.web.picture.VerificationResource;
import org.zimage.web.v1.EventsResource;
import org.zimage.web.v1.HistoryResource;
import org.zimage.web.v1.ImagesResource;
import org.zimage.web.v1.LorasResource;
import org.zimage.web.v1.SystemResource;
import org.zimage.web.v1.TaskInputsResource;
import org.zimage.web.v1.TasksResource;
import org.zimage.web.welcome.WelcomeResource;

class RoutesTest {
  @Test
  void everyRouteOfTheClientIsServed() {
    Set<String> served = new TreeSet<>();
    Stream.of(WelcomeResource.class, HealthResource.class, ImagesResource.class, TasksResource.class,
        TaskInputsResource.class, EventsResource.class, HistoryResource.class, SystemResource.class, LorasResource.class,
        ClientDataResource.class, AuditResource.class, PictureResource.class, VerificationResource.class).forEach(
            resource -> served.addAll(routes(resource)));
    // The client names the two parts of the path, the server takes any number
    served.remove("GET /generated-images/{path: .+}");
    served.add("GET /generated-images/{folder}/{file}");

    assertThat(served).containsAll(routes(ZImageApi.class));
  }

  private static Set<String> routes(Class<?> resource) {
    Set<String> routes = new TreeSet<>();
    for (Method method : resource.getMethods()) {
      verb(method).forEach(verb -> routes.add(verb + " " + path(resource, method)));
    }
    return routes;
  }

  private static Stream<String> verb(Method method) {
    return Arrays.stream(method.getAnnotations()).map(Annotation::annotationType)
        .filter(type -> type.isAnnotationPresent(HttpMethod.class))
        .map(type -> type.getAnnotation(HttpMethod.class).value());
  }

  private static String path(Class<?> resource, Method method) {
    Path above = resource.getAnnotation(Path.class);
    String path = "/" + (above == null ? "" : above.value());
    Path below = method.getAnnotation(Path.class);
    return (below == null ? path : path + "/" + below.value()).replaceAll("/+", "/");
  }
}
