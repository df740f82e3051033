package org.zimage.settings;

import java.util.Base64;
import java.util.Set;

/**
 * Whether and where clients may be called.
 *
 * @param hosts ZIMAGE_WEBHOOK_HOSTS: names, or {@code *.} and a domain for all names below it; empty: webhooks are off
 * @param secret ZIMAGE_WEBHOOK_SECRET: the key from which every client's own is derived, at least 24 bytes; null when
 *     webhooks are off
 * @param privateAddresses ZIMAGE_WEBHOOK_PRIVATE_ADDRESSES: whether hosts may have addresses that the internet does not
 *     know
 */
public record WebhookSettings(Set<String> hosts, byte[] secret, boolean privateAddresses) {
  /** No webhooks. */
  public static final WebhookSettings OFF = new WebhookSettings(Set.of(), null, false);

  private static final String SECRET = "ZIMAGE_WEBHOOK_SECRET";
  private static final String PREFIX = "whsec_";
  private static final int MIN_BYTES = 24;

  /** @throws InvalidSetting when webhooks are on and their secret is missing, too short or no base64 */
  static WebhookSettings of(Set<String> hosts, String secret, boolean privateAddresses) {
    return hosts.isEmpty() ? OFF : new WebhookSettings(hosts, decode(secret), privateAddresses);
  }

  private static byte[] decode(String secret) {
    if (secret != null) {
      try {
        byte[] bytes = Base64.getDecoder()
            .decode(secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret);
        if (bytes.length >= MIN_BYTES) {
          return bytes;
        }
      } catch (IllegalArgumentException e) {
        // The same answer as for a short one
      }
    }
    throw new InvalidSetting(SECRET, secret == null ? "nothing" : "a value that is not shown",
        "at least " + MIN_BYTES
            + " random bytes in base64 (openssl rand -base64 32), since ZIMAGE_WEBHOOK_HOSTS is set");
  }

  public boolean isOn() {
    return !hosts.isEmpty();
  }

  /** Without the secret, so that it cannot reach a log. */
  @Override
  public String toString() {
    return "WebhookSettings[hosts=" + hosts + ", privateAddresses=" + privateAddresses + "]";
  }
}
