package org.zimage.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The POM that other projects get with the client: they need nothing of this project but the client. */
class PublishedPomTest {
  private static final Pattern DEPENDENCY =
      Pattern.compile("(?s)<dependency>\\s*<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>\\s*<version>[^<$]+</version>");

  @Test
  void namesWhatTheClientNeedsAndNothingElse() throws Exception {
    String pom = Files.readString(Path.of("target/published-pom.xml"));

    assertThat(pom).doesNotContain("<parent>", "<dependencyManagement>", "<scope>test</scope>", "${");
    assertThat(names(pom)).containsExactlyInAnyOrder("jakarta.json-api", "jakarta.json.bind-api", "jakarta.ws.rs-api",
        "jersey-client", "jersey-hk2", "jersey-media-json-binding");
  }

  private static List<String> names(String pom) {
    return DEPENDENCY.matcher(pom).results().map((MatchResult found) -> found.group(2)).toList();
  }
}
