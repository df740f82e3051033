package org.zimage.launcher.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConfigurationDocumentTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z_0-9]+)` \\|");

  @Test
  void listsExactlyTheVariablesThatTheLauncherReads() throws IOException {
    String document = Files.readString(Path.of("../../docs/configuration.md"));
    String section = document.substring(document.indexOf("## `./zimage up`"));

    Set<String> listed = ROW.matcher(section).results().map(row -> row.group(1)).collect(Collectors.toSet());

    assertThat(listed).containsExactlyInAnyOrderElementsOf(variablesRead());
  }

  private static Set<String> variablesRead() {
    Set<String> read = new TreeSet<>();
    LauncherSettings.of(new HashMap<>() {
      private static final long serialVersionUID = 1L;

      @Override
      public String get(Object name) {
        read.add((String) name);
        return super.get(name);
      }

      @Override
      public String getOrDefault(Object name, String otherwise) {
        read.add((String) name);
        return super.getOrDefault(name, otherwise);
      }

      @Override
      public boolean containsKey(Object name) {
        read.add((String) name);
        return super.containsKey(name);
      }
    });
    return read;
  }
}
