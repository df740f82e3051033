package org.zimage.tests.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What {@code server-config/containers/Containerfile} says of its images, without an engine that would build them. */
record Containerfile(Map<String, Stage> stages) {
  private static final Pattern STAGE = Pattern.compile("(?ms)^FROM (\\S+) AS (\\S+)\\n(.*?)(?=^FROM |\\z)");
  private static final Pattern VARIABLE = Pattern.compile("([A-Z_]+)=(\\S+)");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"");

  /** @param base another stage, or an image of others */
  record Stage(String base, String text) { }

  static Containerfile read() throws IOException {
    String text = Files.readString(Path.of("../server-config/containers/Containerfile")).replace("\\\n", " ");
    return new Containerfile(STAGE.matcher(text).results().collect(Collectors.toMap(stage -> stage.group(2),
        stage -> new Stage(stage.group(1), stage.group(3)), (first, second) -> first, LinkedHashMap::new)));
  }

  /** The variables of an image, those of the stages below it first. */
  Map<String, String> environment(String stage) {
    Map<String, String> all = new LinkedHashMap<>();
    if (stages.containsKey(stage)) {
      all.putAll(environment(stages.get(stage).base()));
      lines(stage, "ENV (.*)").forEach(line -> VARIABLE.matcher(line.group(1)).results()
          .forEach(variable -> all.put(variable.group(1), variable.group(2))));
    }
    return all;
  }

  /** What an image runs. */
  List<String> command(String stage) {
    List<String> words = new ArrayList<>(words(stage, "ENTRYPOINT \\[(.*)]"));
    words.addAll(words(stage, "CMD \\[(.*)]"));
    return words;
  }

  /** What says whether it works. */
  List<String> healthCheck(String stage) {
    return words(stage, "HEALTHCHECK .*CMD \\[(.*)]");
  }

  private List<String> words(String stage, String pattern) {
    return lines(stage, pattern).stream().reduce((first, last) -> last)
        .map(line -> WORD.matcher(line.group(1)).results().map(word -> word.group(1)).toList()).orElse(List.of());
  }

  private List<MatchResult> lines(String stage, String pattern) {
    Matcher matcher = Pattern.compile("(?m)^" + pattern + "$").matcher(stages.get(stage).text());
    return matcher.results().toList();
  }
}
