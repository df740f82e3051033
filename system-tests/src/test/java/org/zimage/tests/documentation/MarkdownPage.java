package org.zimage.tests.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A page of the documentation, as GitHub shows it. */
public record MarkdownPage(Path file, String text) {
  private static final Pattern CODE = Pattern.compile("(?ms)^ *```.*?^ *```|`[^`\n]+`");
  private static final Pattern LINK = Pattern.compile("(?s)\\[[^\\[\\]]*]\\(([^)\\s]+)\\)");
  private static final Pattern LINKED_PICTURE =
      Pattern.compile("(?s)\\[!\\[[^\\[\\]]*]\\([^)\\s]+\\)]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```.*?^ *```");

  public static MarkdownPage read(Path file) {
    try {
      return new MarkdownPage(file, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The targets of links and pictures within the repository, as they are written. */
  List<String> localLinks() {
    String prose = CODE.matcher(text).replaceAll("");
    return List.of(LINK, LINKED_PICTURE).stream().flatMap(pattern -> pattern.matcher(prose).results())
        .map(link -> link.group(1)).filter(target -> !target.matches("[a-z]+:.*")).toList();
  }

  /** The file that a target names. */
  Path resolve(String target) {
    String path = target.split("#", 2)[0];
    return path.isEmpty() ? file : file.resolveSibling(path).normalize();
  }

  /** The names that GitHub gives to headings. */
  Set<String> anchors() {
    return HEADING.matcher(BLOCK.matcher(text).replaceAll("")).results()
        .map(heading -> heading.group(1).strip().toLowerCase(Locale.ROOT)
            .replaceAll("\\[([^\\]]*)]\\([^)]*\\)", "$1").replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  /** What a pattern's first group finds anywhere on the page, in code too. */
  Set<String> mentions(Pattern pattern) {
    return pattern.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
  }
}
