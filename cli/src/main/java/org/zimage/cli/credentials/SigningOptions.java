package org.zimage.cli.credentials;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.zimage.picture.credentials.KeyStoreRefused;
import org.zimage.picture.credentials.Signer;
import org.zimage.picture.credentials.SigningKey;
import org.zimage.picture.credentials.trust.TimeStampAuthority;
import picocli.CommandLine.Option;

/** With what a picture is signed that is drawn on this machine. The workers' settings are the defaults. */
public final class SigningOptions {
  private static final String KEY_STORE = "--credentials";
  private static final String PASSWORD_FILE = "--credentials-password-file";
  private static final String PASSWORD = "ZIMAGE_C2PA_KEYSTORE_PASSWORD";

  @Option(names = KEY_STORE, paramLabel = "KEYSTORE", defaultValue = "${env:ZIMAGE_C2PA_KEYSTORE:-" + Option.NULL_VALUE + "}",
      description = "sign the picture (C2PA) with the key in this PKCS #12 key store (none; or $ZIMAGE_C2PA_KEYSTORE)")
  private String keyStore;

  @Option(names = PASSWORD_FILE, paramLabel = "FILE",
      defaultValue = "${env:ZIMAGE_C2PA_KEYSTORE_PASSWORD_FILE:-" + Option.NULL_VALUE + "}",
      description = "has the password of the key store ($ZIMAGE_C2PA_KEYSTORE_PASSWORD_FILE; or $ZIMAGE_C2PA_KEYSTORE_PASSWORD is it)")
  private String passwordFile;

  @Option(names = "--credentials-timestamp-url", paramLabel = "URL",
      defaultValue = "${env:ZIMAGE_C2PA_TIMESTAMP_URL:-" + Option.NULL_VALUE + "}",
      description = "a time stamp authority that says when it was signed (none; or $ZIMAGE_C2PA_TIMESTAMP_URL)")
  private URI timeStamps;

  /**
   * Opens the key store.
   *
   * @return empty where the picture is not to be signed
   * @throws IllegalArgumentException when it cannot be used; the message names the option and what it should be
   */
  public Optional<Signer> signer() {
    if (isMissing(keyStore)) {
      return Optional.empty();
    }
    try {
      SigningKey key = SigningKey.read(Path.of(keyStore), password(), Clock.systemUTC());
      boolean isStamped = timeStamps != null && !timeStamps.toString().isEmpty();
      return Optional.of(new Signer(key, isStamped ? new TimeStampAuthority(timeStamps, SSLContext.getDefault()) : null));
    } catch (KeyStoreRefused refused) {
      throw new IllegalArgumentException(KEY_STORE + " must be " + refused.getMessage() + " (got " + keyStore + ")", refused);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("This Java has no TLS", impossible);
    }
  }

  private String password() {
    if (isMissing(passwordFile)) {
      String password = System.getenv(PASSWORD);
      if (isMissing(password)) {
        throw new IllegalArgumentException(KEY_STORE + " needs " + PASSWORD_FILE + ", or the variable " + PASSWORD);
      }
      return password;
    }
    try {
      String password = Files.readString(Path.of(passwordFile)).strip();
      if (password.isEmpty()) {
        throw new IllegalArgumentException(PASSWORD_FILE + " must have the password in it: it is empty (got " + passwordFile + ")");
      }
      return password;
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(PASSWORD_FILE + " must be a file that can be read (got " + passwordFile + ")", unreadable);
    }
  }

  private static boolean isMissing(String value) {
    return value == null || value.isEmpty();
  }
}
