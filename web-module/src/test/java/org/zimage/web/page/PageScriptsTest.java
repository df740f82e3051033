package org.zimage.web.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PageScriptsTest {
  private static final Path SCRIPTS = Path.of("src/main/webapp/ui");
  private static final Pattern IMPORT = Pattern.compile("from './([\\w.-]+\\.js)'");

  @Test
  void noScriptNeedsOneThatNeedsIt() throws IOException {
    Map<String, Set<String>> imports = imports();
    assertThat(imports.get("start.js")).contains("prompt.js", "gallery.js");

    // Who needs none of those that are left is in no cycle
    while (imports.values().removeIf(needed -> needed.stream().noneMatch(imports::containsKey))) { }

    assertThat(imports).isEmpty();
  }

  private static Map<String, Set<String>> imports() throws IOException {
    Map<String, Set<String>> imports = new TreeMap<>();
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".js")).toList()) {
        imports.put(file.getFileName().toString(),
            IMPORT.matcher(Files.readString(file)).results().map(found -> found.group(1)).collect(Collectors.toSet()));
      }
    }
    return imports;
  }
}
