package org.zimage.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An authority that nobody trusts who was not told to, and certificates of it. */
record TrialCertificates(Path folder) {
  static final String PASSWORD = "changeit";
  private static final String AUTHORITY = "authority";

  /** @param name of the authority */
  static TrialCertificates make(Path folder, String name) throws IOException, InterruptedException {
    TrialCertificates made = new TrialCertificates(folder);
    made.keytool("-genkeypair", AUTHORITY, "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "bc:c", "-validity", "2");
    made.keytool("-exportcert", AUTHORITY, "-rfc", "-file", made.authority().toString());
    return made;
  }

  /** In PEM. */
  Path authority() {
    return folder.resolve("authority.pem");
  }

  /** A Java trust store with the authority, of the type that is read without its password. */
  Path trustStore() throws IOException, GeneralSecurityException {
    KeyStore trusted = empty("JKS");
    trusted.setCertificateEntry(AUTHORITY, all().getCertificate(AUTHORITY));
    Path file = folder.resolve("trust.jks");
    try (OutputStream out = Files.newOutputStream(file)) {
      trusted.store(out, PASSWORD.toCharArray());
    }
    return file;
  }

  /**
   * TLS of a server with a certificate of the authority.
   *
   * @param name such as {@code ip:127.0.0.1}
   * @param since from when it is valid for two days, such as {@code -5d}
   */
  SSLContext server(String name, String since) throws IOException, GeneralSecurityException, InterruptedException {
    String alias = ("server-" + name + since).replaceAll("\\W", "-").toLowerCase();
    if (!all().containsAlias(alias)) {
      keytool("-genkeypair", alias, "-keyalg", "EC", "-dname", "CN=Z-Image", "-signer", AUTHORITY, "-ext", "san=" + name,
          "-startdate", since, "-validity", "2");
    }
    KeyStore one = empty("PKCS12");
    KeyStore all = all();
    one.setKeyEntry(alias, all.getKey(alias, PASSWORD.toCharArray()), PASSWORD.toCharArray(), all.getCertificateChain(alias));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(one, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private void keytool(String command, String alias, String... words) throws IOException, InterruptedException {
    ProcessBuilder keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), command,
        "-keystore", store().toString(), "-storetype", "PKCS12", "-storepass", PASSWORD, "-alias", alias);
    keytool.command().addAll(List.of(words));
    assertThat(keytool.redirectErrorStream(true).redirectOutput(folder.resolve("keytool.log").toFile()).start().waitFor())
        .as(() -> folder.resolve("keytool.log") + " of " + keytool.command()).isZero();
  }

  private KeyStore all() throws IOException, GeneralSecurityException {
    KeyStore store = empty("PKCS12");
    try (InputStream in = Files.newInputStream(store())) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private static KeyStore empty(String type) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(type);
    store.load(null, null);
    return store;
  }

  private Path store() {
    return folder.resolve("keys.p12");
  }
}
