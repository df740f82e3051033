package org.zimage.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.Path;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OpenRoutesTest {
  /** Whoever adds one says here that nobody needs a key for it. */
  private static final Set<String> OPEN = Set.of("/", "health", "metrics", "openapi", "generated-images/{path: .+}");

  @Test
  void allOthersAskForAKey() throws IOException {
    Set<String> open = new TreeSet<>();
    java.nio.file.Path classes = java.nio.file.Path.of("target/classes");
    try (Stream<java.nio.file.Path> files = Files.walk(classes)) {
      files.filter(file -> file.toString().endsWith(".class")).map(file -> load(classes.relativize(file).toString()))
          .filter(type -> type.isAnnotationPresent(Open.class)).forEach(type -> open.add(type.getAnnotation(Path.class).value()));
    }

    assertThat(open).isEqualTo(new TreeSet<>(OPEN));
  }

  private static Class<?> load(String file) {
    try {
      return Class.forName(file.replace('/', '.').replace(".class", ""), false, OpenRoutesTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
