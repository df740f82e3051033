package org.zimage.tests.operations;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The metrics that a query of Prometheus reads. */
record PrometheusQuery(String text) {
  private static final Pattern NO_METRIC =
      Pattern.compile("\"[^\"]*\"|\\{[^}]*}|\\[[^\\]]*]|\\b(by|without|on|ignoring)\\s*\\([^)]*\\)");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*(?!\\w)(?!\\s*\\()");
  private static final Set<String> WORDS = Set.of("and", "or", "unless", "by", "bool", "offset");

  /** Names that are no functions, words, labels or strings. */
  Set<String> metrics() {
    Set<String> metrics = new TreeSet<>();
    Matcher name = NAME.matcher(NO_METRIC.matcher(text).replaceAll(" "));
    while (name.find()) {
      if (!WORDS.contains(name.group())) {
        metrics.add(name.group());
      }
    }
    return metrics;
  }
}
