package org.zimage.web.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class OpenApiDocumentTest {
  /** The description itself, and a route whose calls another protocol describes. */
  private static final Set<String> ELSEWHERE = Set.of("get /openapi", "post /mcp", "get /mcp", "delete /mcp");

  @Test
  void describesEveryRouteAndNoOther() throws IOException {
    Set<String> served = served();
    served.removeAll(ELSEWHERE);
    // JAX-RS takes whole paths where the description has names for their parts
    assertThat(served.remove("get /generated-images/{path: .+}")).isTrue();
    served.add("get /generated-images/{day}/{file}");
    assertThat(served.remove("get /v1/models/{model: .+}")).isTrue();
    served.add("get /v1/models/{model}");

    assertThat(described()).isEqualTo(served);
  }

  private static Set<String> described() throws IOException {
    try (InputStream file = OpenApiResource.class.getResourceAsStream("openapi.yaml")) {
      Map<?, ?> document = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromInputStream(file);
      Set<String> routes = new TreeSet<>();
      ((Map<?, ?>) document.get("paths")).forEach((path, operations) -> ((Map<?, ?>) operations).keySet().stream()
          .filter(name -> !name.equals("parameters")).forEach(verb -> routes.add(verb + " " + path)));
      return routes;
    }
  }

  private static Set<String> served() throws IOException {
    Set<String> routes = new TreeSet<>();
    java.nio.file.Path classes = java.nio.file.Path.of("target/classes");
    try (Stream<java.nio.file.Path> files = Files.walk(classes)) {
      List<Class<?>> resources = files.filter(file -> file.toString().endsWith(".class"))
          .<Class<?>>map(file -> load(classes.relativize(file).toString())).filter(type -> type.isAnnotationPresent(Path.class)).toList();
      resources.forEach(resource -> Arrays.stream(resource.getMethods()).forEach(method -> verbs(method)
          .forEach(verb -> routes.add(verb + " " + path(resource, method)))));
    }
    return routes;
  }

  private static Class<?> load(String file) {
    try {
      return Class.forName(file.replace('/', '.').replace(".class", ""), false, OpenApiDocumentTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stream<String> verbs(Method method) {
    return Arrays.stream(method.getAnnotations()).map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
        .filter(verb -> verb != null).map(verb -> verb.value().toLowerCase(Locale.ROOT));
  }

  private static String path(Class<?> resource, Method method) {
    Path below = method.getAnnotation(Path.class);
    String path = "/" + resource.getAnnotation(Path.class).value() + (below == null ? "" : "/" + below.value());
    return path.length() > 1 ? path.replaceAll("/+", "/").replaceAll("(.)/$", "$1") : path;
  }
}
