package org.zimage.picture.credentials;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Set;
import org.zimage.picture.credentials.format.Superbox;

/**
 * The picture that another one was made from.
 *
 * @param title a name of it; null for none
 * @param store its credentials, in JUMBF, which were checked; null where it had none, or not from here
 */
public record Ingredient(String title, byte[] store) {
  /** Credentials grow with every picture in a line of edits. Longer ones are left out. */
  private static final int MOST_STORE_BYTES = 1 << 18;

  /** A picture without credentials. */
  public static Ingredient unsigned(String title) {
    return new Ingredient(title, null);
  }

  /**
   * A picture with the credentials that {@link Credentials#intact} found, where they count.
   *
   * @param anchors the authorities of those whose credentials are passed on
   */
  public static Ingredient of(String title, byte[] intact, Set<X509Certificate> anchors) {
    boolean counts = intact.length <= MOST_STORE_BYTES && new CredentialsReader(anchors, Clock.systemUTC()).isTrusted(intact);
    return new Ingredient(title, counts ? intact : null);
  }

  /** Its own manifest, and those of what it was made from. */
  Superbox manifests() {
    return Superbox.read(store);
  }
}
