package org.zimage.launcher.payara;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import java.util.List;
import org.zimage.launcher.error.LauncherException;

/**
 * The key stores that ship with the server. They are the same everywhere, and everybody knows their password. Each start opens them
 * and hashes the password ten thousand times for each. One time is as safe, and faster.
 */
final class ServerKeyStores {
  private static final String TYPE = "PKCS12";
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final List<String> STORES = List.of("keystore.p12", "cacerts.p12");
  /** The JDK reads these when it writes a store. */
  private static final List<String> ITERATIONS = List.of("keystore.pkcs12.certPbeIterationCount",
      "keystore.pkcs12.keyPbeIterationCount", "keystore.pkcs12.macIterationCount");

  private ServerKeyStores() {}

  /** @param configuration the folder of an unpacked server that holds the stores */
  static void openFast(Path configuration) throws IOException {
    ITERATIONS.forEach(name -> System.setProperty(name, "1"));
    try {
      for (String name : STORES) {
        rewrite(configuration.resolve(name));
      }
    } catch (GeneralSecurityException cause) {
      throw new LauncherException("The keys in " + configuration + " cannot be read", cause);
    } finally {
      ITERATIONS.forEach(System::clearProperty);
    }
  }

  private static void rewrite(Path file) throws IOException, GeneralSecurityException {
    KeyStore old = KeyStore.getInstance(TYPE);
    try (InputStream in = Files.newInputStream(file)) {
      old.load(in, PASSWORD);
    }
    // The old one would be written as it was read
    KeyStore fresh = KeyStore.getInstance(TYPE);
    fresh.load(null, PASSWORD);
    for (String alias : Collections.list(old.aliases())) {
      if (old.isKeyEntry(alias)) {
        fresh.setKeyEntry(alias, old.getKey(alias, PASSWORD), PASSWORD, old.getCertificateChain(alias));
      } else {
        fresh.setCertificateEntry(alias, old.getCertificate(alias));
      }
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      fresh.store(out, PASSWORD);
    }
  }
}
