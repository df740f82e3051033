package org.zimage.tests.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documentation names is there. */
class DocumentationTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern COMMAND = Pattern.compile("\\./zimage ([a-z][a-z-]*)");
  private static final Pattern PROFILE = Pattern.compile("\\bmvn [^\\n`]*-P([a-z-]+)");
  private static final Pattern TESTED_PROFILE = Pattern.compile("\\./zimage test --([a-z-]+)");
  private static final Pattern MODULES = Pattern.compile("\\bmvn [^\\n`]*-pl ([a-z0-9/,-]+)");

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<String> dead = new ArrayList<>();
    for (MarkdownPage page : pages()) {
      page.localLinks().stream().filter(target -> !isThere(page, target))
          .forEach(target -> dead.add(ROOT.relativize(page.file()) + ": " + target));
    }
    assertThat(dead).isEmpty();
  }

  @Test
  void everyPageIsFoundFromTheReadme() throws IOException {
    MarkdownPage readme = MarkdownPage.read(ROOT.resolve("README.md"));
    Set<Path> near = linked(readme);
    Set<Path> found = new TreeSet<>(near);
    near.stream().filter(path -> path.toString().endsWith(".md"))
        .forEach(path -> found.addAll(linked(MarkdownPage.read(path))));

    assertThat(pages().stream().map(MarkdownPage::file).filter(page -> page.startsWith(ROOT.resolve("docs"))))
        .isNotEmpty().isSubsetOf(found);
  }

  @Test
  void everyCommandIsOneOfZimage() throws IOException {
    Set<String> commands = commands();
    assertThat(commands).contains("up", "test", "generate", "draw");

    assertThat(mentions(COMMAND)).isNotEmpty().isSubsetOf(commands);
  }

  @Test
  void everyProfileAndModuleIsOneOfMaven() throws IOException {
    Set<String> profiles = new TreeSet<>();
    for (Path pom : files("pom.xml")) {
      Pattern.compile("<profile>\\s*<id>([^<]+)</id>").matcher(Files.readString(pom)).results()
          .forEach(profile -> profiles.add(profile.group(1)));
    }

    assertThat(mentions(PROFILE)).isNotEmpty().isSubsetOf(profiles);
    assertThat(mentions(TESTED_PROFILE)).isNotEmpty().isSubsetOf(profiles);
    assertThat(mentions(MODULES).stream().flatMap(list -> Arrays.stream(list.split(","))))
        .isNotEmpty().allSatisfy(module -> assertThat(ROOT.resolve(module).resolve("pom.xml")).exists());
  }

  private static boolean isThere(MarkdownPage page, String target) {
    Path file = page.resolve(target);
    if (!file.startsWith(ROOT) || !Files.exists(file)) {
      return false;
    }
    int anchor = target.indexOf('#');
    return anchor < 0 || MarkdownPage.read(file).anchors().contains(target.substring(anchor + 1));
  }

  /** A link to a folder leads to every page in it. */
  private static Set<Path> linked(MarkdownPage page) {
    return page.localLinks().stream().map(page::resolve)
        .flatMap(path -> Files.isDirectory(path) ? pagesIn(path).stream() : Stream.of(path))
        .collect(Collectors.toSet());
  }

  private static List<Path> pagesIn(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".md")).toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Those that the script knows itself, and those that it leaves to the command line. */
  private static Set<String> commands() throws IOException {
    Set<String> commands = new TreeSet<>();
    String script = Files.readString(ROOT.resolve("zimage"));
    Pattern.compile("(?m)^  ([a-z][a-z| -]*)\\)").matcher(script.substring(script.lastIndexOf("\ncase "))).results()
        .forEach(patterns -> commands.addAll(List.of(patterns.group(1).split(" \\| "))));
    for (Path command : files("cli", "Command.java")) {
      Pattern.compile("@Command\\(name = \"([a-z]+)\"").matcher(Files.readString(command)).results()
          .forEach(name -> commands.add(name.group(1)));
    }
    return commands;
  }

  private static Set<String> mentions(Pattern pattern) throws IOException {
    return pages().stream().flatMap(page -> page.mentions(pattern).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<MarkdownPage> pages() throws IOException {
    return files(".md").stream().map(MarkdownPage::read).toList();
  }

  private static List<Path> files(String ending) throws IOException {
    return files("", ending);
  }

  /** What is built, and what tools have left in hidden folders, is none of ours. */
  private static List<Path> files(String folder, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(ending))
          .filter(file -> Stream.of(ROOT.relativize(file).toString().split("/"))
              .noneMatch(part -> part.equals("target") || part.startsWith(".")))
          .toList();
    }
  }
}
