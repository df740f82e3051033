package org.zimage.broker;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.zimage.error.Causes;

/**
 * Why the broker is of no use, in words that name no account: they are shown to everybody.
 *
 * @param isRefusal whether it answers, and refuses
 */
public record BrokerTrouble(boolean isRefusal, String words) {
  /** Artemis: {@code User: web does not have permission='CONSUME' for queue zimage.dlq on address zimage.dlq}. */
  private static final Pattern PERMISSION = Pattern.compile("does not have permission='(\\w+)'.* on address (\\S+)");
  private static final Pattern ACCOUNT = Pattern.compile("AMQ229031");
  /** CREATE_ADDRESS is createAddress in the broker's settings. */
  private static final Pattern SECOND_WORD = Pattern.compile("_(\\w)");

  /** As a failure, or what caused it, tells it. */
  static BrokerTrouble of(Throwable failure) {
    return of(Causes.of(failure).map(Throwable::getMessage).collect(Collectors.joining(" ")));
  }

  /** As the broker's client tells it. */
  static BrokerTrouble of(String said) {
    Matcher permission = PERMISSION.matcher(said);
    if (permission.find()) {
      return new BrokerTrouble(true, "permission " + setting(permission.group(1)) + " is missing for " + permission.group(2));
    }
    return ACCOUNT.matcher(said).find() ? new BrokerTrouble(true, "the account or its password is refused")
        : new BrokerTrouble(false, "unreachable");
  }

  private static String setting(String permission) {
    return SECOND_WORD.matcher(permission.toLowerCase(Locale.ROOT)).replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return words;
  }
}
