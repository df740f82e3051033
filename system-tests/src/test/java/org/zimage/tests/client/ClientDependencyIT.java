package org.zimage.tests.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.tests.caller.Api;
import org.zimage.tests.documentation.MarkdownPage;
import org.zimage.tests.system.SharedSystem;

/**
 * The Java client in a project of somebody else, by the words of its page: the command that installs it, the dependency, the example.
 * The Maven repository in which it is installed has all that the build has fetched, and nothing of this project.
 */
@Tag("deployment")
@ExtendWith(SharedSystem.class)
class ClientDependencyIT {
  private static final Path ROOT = Path.of(System.getProperty("zimage.root")).toAbsolutePath().normalize();
  private static final Pattern COMMAND = Pattern.compile("(?m)^mvn (.* install)$");
  private static final Pattern DEPENDENCY = Pattern.compile("(?s)```xml\n(<dependency>.*?</dependency>)\n```");

  private final Api api;

  @TempDir
  private Path folder;

  ClientDependencyIT(Api api) {
    this.api = api;
  }

  @Test
  void anEmptyProjectDrawsWithTheInstalledClient() throws Exception {
    MarkdownPage page = MarkdownPage.read(ROOT.resolve("docs/client.md"));
    Path repository = repositoryWithoutThisProject();
    Path sources = copyOfTheClient();
    Path project = emptyProject(found(DEPENDENCY, page));

    maven(sources, repository, found(COMMAND, page).split(" "));
    maven(project, repository, "compile", "dependency:copy-dependencies");

    assertThat(draw(project)).endsWith("circle.png, seed 3\n");
    assertThat(ImageIO.read(project.resolve("circle.png").toFile()).getWidth()).isEqualTo(512);
    assertThat(names(repository.resolve("org/zimage"))).as("what was installed of this project").containsExactly("zimage-client");
    assertThat(names(repository.resolve("org/zimage/zimage-client/1.0.0-SNAPSHOT")))
        .contains("zimage-client-1.0.0-SNAPSHOT-sources.jar", "zimage-client-1.0.0-SNAPSHOT-javadoc.jar");
  }

  /** Links to what is there already, since to fetch it again takes minutes. */
  private Path repositoryWithoutThisProject() throws IOException {
    Path fetched = Path.of(System.getProperty("user.home"), ".m2/repository");
    Path repository = folder.resolve("repository");
    Path organisations = Files.createDirectories(repository.resolve("org"));
    link(fetched, repository, "org");
    link(fetched.resolve("org"), organisations, "zimage");
    return repository;
  }

  /** What follows the links would not be this test's to delete. */
  @AfterEach
  void removeTheLinks() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("repository"))) {
      for (Path link : files.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  private static void link(Path from, Path to, String except) throws IOException {
    for (String name : names(from)) {
      if (!name.equals(except)) {
        Files.createSymbolicLink(to.resolve(name), from.resolve(name));
      }
    }
  }

  /** The archive in the project itself is on this test's own class path, and must not change under it. */
  private Path copyOfTheClient() throws IOException {
    Path copy = folder.resolve("sources");
    try (Stream<Path> files = Files.walk(ROOT.resolve("client"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path relative = ROOT.relativize(file);
        if (!relative.startsWith("client/target")) {
          Files.createDirectories(copy.resolve(relative).getParent());
          Files.copy(file, copy.resolve(relative));
        }
      }
    }
    Files.copy(ROOT.resolve("pom.xml"), copy.resolve("pom.xml"));
    return copy;
  }

  private Path emptyProject(String dependency) throws IOException {
    Path project = folder.resolve("project");
    Files.createDirectories(project.resolve("src/main/java"));
    Files.copy(ROOT.resolve("docs/examples/DrawPicture.java"), project.resolve("src/main/java/DrawPicture.java"));
    Files.writeString(project.resolve("pom.xml"), """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>com.example</groupId>
          <artifactId>shop</artifactId>
          <version>1</version>
          <properties>
            <maven.compiler.source>17</maven.compiler.source>
            <maven.compiler.target>17</maven.compiler.target>
          </properties>
          <dependencies>
            %s
          </dependencies>
        </project>
        """.formatted(dependency));
    return project;
  }

  private static String found(Pattern pattern, MarkdownPage page) {
    Matcher matcher = pattern.matcher(page.text());
    assertThat(matcher.find()).as("docs/client.md has %s", pattern).isTrue();
    return matcher.group(1);
  }

  private void maven(Path project, Path repository, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("mvn", "-B", "-ntp", "-Dmaven.repo.local=" + repository));
    command.addAll(List.of(words));
    run(project, command);
  }

  private String draw(Path project) throws Exception {
    return run(project, List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp", "target/classes:target/dependency/*", "DrawPicture", api.url(), "a red circle on a white background", "circle.png"));
  }

  private String run(Path where, List<String> command) throws Exception {
    Path printed = folder.resolve("printed");
    ProcessBuilder program = new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true)
        .redirectOutput(printed.toFile());
    program.environment().put("ZIMAGE_KEY", api.key());
    program.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = program.start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("has ended: %s", command).isTrue();
    assertThat(process.exitValue()).as(() -> command + " printed\n" + text(printed)).isZero();
    return Files.readString(printed);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> !file.getFileName().toString().startsWith("maven-metadata"))
          .map(file -> file.getFileName().toString()).toList();
    }
  }
}
