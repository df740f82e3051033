package org.zimage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.zimage.architecture.PackageRules;

class ArchitectureTest extends PackageRules {
  private static final Path SOURCES = Path.of("src/main/java/org/zimage");
  private static final Pattern CHANGE_OF_A_TASK = Pattern.compile("(INSERT INTO|UPDATE|DELETE FROM)\\s+image_generation_tasks");

  @Test
  void theLifeOfATaskKnowsNoHttp() {
    noClasses().should().dependOnClassesThat().resideInAnyPackage("jakarta.ws.rs..", "jakarta.servlet..").check(CLASSES);
  }

  /** But what a caller's own object gets beside its members. */
  @Test
  void bodiesAreRecords() {
    noClasses().that().doNotHaveSimpleName("GenerationRequest").should().dependOnClassesThat()
        .haveNameMatching("jakarta\\.json\\.Json(Object|Array)Builder").check(CLASSES);
  }

  @Test
  void theStatesOfATaskCallNobodyBack() {
    noClasses().that().resideInAnyPackage("org.zimage.task", "org.zimage.task.lifecycle").should().dependOnClassesThat()
        .resideInAnyPackage("org.zimage.message..", "org.zimage.metrics..", "org.zimage.webhook..", "org.zimage.health..")
        .check(CLASSES);
  }

  @Test
  void onlyTheLifeOfATaskChangesItsRows() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      List<Path> others = files.filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.startsWith(SOURCES.resolve("task"))).filter(ArchitectureTest::changesATask).toList();

      assertThat(others).isEmpty();
    }
  }

  private static boolean changesATask(Path source) {
    try {
      return CHANGE_OF_A_TASK.matcher(Files.readString(source)).find();
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read " + source, e);
    }
  }
}
