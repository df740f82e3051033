package org.zimage.web.audit;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ejb.MessageDriven;
import jakarta.jms.Message;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.zimage.audit.Audited;
import org.zimage.audit.Door;
import org.zimage.audit.ObjectType;

/** A new way in that changes something fails here until it says which deed the audit calls it. */
class AuditedTest {
  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  /** Whoever adds one says here that it changes nothing, though its method is another than GET. */
  private static final Set<String> CHANGES_NOTHING =
      Set.of("VerificationResource.file", "VerificationResource.json", "VerificationResource.form");

  @Test
  void everyRouteThatMayChangeSomethingIsAudited() throws IOException {
    Set<String> unmarked = new TreeSet<>();
    routes().filter(route -> !READING.contains(verb(route)) && !route.isAnnotationPresent(Audited.class)).forEach(route -> unmarked.add(name(route)));

    assertThat(unmarked).isEqualTo(new TreeSet<>(CHANGES_NOTHING));
  }

  @Test
  void everyRouteNamesTheParameterOfItsObject() throws IOException {
    assertThat(routes().filter(route -> route.isAnnotationPresent(Audited.class))).allSatisfy(route -> {
      String object = route.getAnnotation(Audited.class).object();
      String path = route.getDeclaringClass().getAnnotation(Path.class).value()
          + (route.isAnnotationPresent(Path.class) ? "/" + route.getAnnotation(Path.class).value() : "");
      assertThat(path.contains("{")).as(name(route)).isEqualTo(!object.isEmpty());
      assertThat(path).contains(object.isEmpty() ? "" : "{" + object + "}");
      assertThat(object.isEmpty() || route.getAnnotation(Audited.class).value().object() != ObjectType.NONE).isTrue();
    });
  }

  @Test
  void everyListenerToMessagesIsAudited() throws Exception {
    List<Class<?>> listeners = classes().filter(type -> type.isAnnotationPresent(MessageDriven.class)).toList();

    assertThat(listeners).isNotEmpty();
    for (Class<?> listener : listeners) {
      Audited audited = listener.getMethod("onMessage", Message.class).getAnnotation(Audited.class);
      assertThat(audited).as(listener.getSimpleName()).isNotNull();
      assertThat(audited.door()).isEqualTo(Door.JMS);
    }
  }

  private static Stream<Method> routes() throws IOException {
    return classes().filter(type -> type.isAnnotationPresent(Path.class)).flatMap(type -> Arrays.stream(type.getMethods()))
        .filter(method -> verb(method) != null);
  }

  /** Of HTTP; null for a method that is no route. */
  private static String verb(Method method) {
    return Arrays.stream(method.getAnnotations()).map(each -> each.annotationType().getAnnotation(HttpMethod.class))
        .filter(verb -> verb != null).map(HttpMethod::value).findFirst().orElse(null);
  }

  private static String name(Method route) {
    return route.getDeclaringClass().getSimpleName() + "." + route.getName();
  }

  private static Stream<Class<?>> classes() throws IOException {
    java.nio.file.Path classes = java.nio.file.Path.of("target/classes");
    try (Stream<java.nio.file.Path> files = Files.walk(classes)) {
      return files.filter(file -> file.toString().endsWith(".class"))
          .<Class<?>>map(file -> load(classes.relativize(file).toString())).toList().stream();
    }
  }

  private static Class<?> load(String file) {
    try {
      return Class.forName(file.replace('/', '.').replace(".class", ""), false, AuditedTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
