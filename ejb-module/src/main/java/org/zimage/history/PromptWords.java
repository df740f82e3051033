package org.zimage.history;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What somebody looks for in prompts: every word must be there, in any order, and may be only the beginning of one. A run of
 * Chinese, Japanese or Korean characters must be there as it is.
 *
 * @param expression an argument of {@code to_tsquery} over the column {@code prompt_words}, which takes prompts apart in the same way
 */
public record PromptWords(String expression) {
  /** Of what somebody types; PostgreSQL refuses expressions without end. */
  public static final int MAX_LENGTH = 200;

  private static final Pattern BLANK =
      Pattern.compile("[\\p{Cntrl}\\s!-/:-@\\[-`{-~\\u3000-\\u303F\\uFF00-\\uFF0F\\uFF1A-\\uFF20\\u2010-\\u2027]+");
  private static final String CHARACTER = "[\\u2E80-\\u2FDF\\u3040-\\u9FFF\\uAC00-\\uD7AF\\uF900-\\uFAFF]";
  private static final Pattern BORDER = Pattern.compile("(?<=" + CHARACTER + ")(?!" + CHARACTER + ")|(?<!" + CHARACTER + ")(?=" + CHARACTER + ")");

  /** Reads what somebody typed; empty when there is no word in it. */
  public static Optional<PromptWords> parse(String text) {
    Set<String> runs = BLANK.splitAsStream(text.toLowerCase(Locale.ROOT)).flatMap(BORDER::splitAsStream).filter(run -> !run.isEmpty())
        .collect(Collectors.toCollection(LinkedHashSet::new));
    String expression = runs.stream().filter(run -> !isImplied(run, runs)).map(PromptWords::condition).collect(Collectors.joining(" & "));
    return expression.isEmpty() ? Optional.empty() : Optional.of(new PromptWords(expression));
  }

  /**
   * Whether a prompt that has the others has this beginning of a word, too. Without such beginnings, PostgreSQL reads no entry of its index
   * of words twice, however many words somebody types.
   */
  private static boolean isImplied(String run, Set<String> runs) {
    return !isOfCharacters(run) && runs.stream().anyMatch(other -> other.length() > run.length() && other.startsWith(run));
  }

  private static boolean isOfCharacters(String run) {
    return run.substring(0, 1).matches(CHARACTER);
  }

  private static String condition(String run) {
    if (!isOfCharacters(run)) {
      return quoted(run) + ":*";
    }
    return Arrays.stream(run.split("")).map(PromptWords::quoted).collect(Collectors.joining(" <-> ", "(", ")"));
  }

  /** Quotes and backslashes were taken for blanks before. */
  private static String quoted(String word) {
    return "'" + word + "'";
  }
}
