package org.zimage.tests.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate for {@code localhost} that nobody trusts who was not told to, in the forms that servers and clients want. */
public record Authority(Path folder) {
  public static final String PASSWORD = "changeit";
  private static final String ALIAS = "zimage";

  public static Authority make(Path folder) throws IOException, InterruptedException {
    Authority authority = new Authority(folder);
    keytool("-genkeypair", "-keyalg", "RSA", "-keysize", "2048", "-dname", "CN=localhost", "-ext", "SAN=dns:localhost,ip:127.0.0.1",
        "-validity", "2", "-keystore", authority.keyStore().toString());
    keytool("-exportcert", "-rfc", "-keystore", authority.keyStore().toString(), "-file", authority.certificate().toString());
    keytool("-importcert", "-noprompt", "-file", authority.certificate().toString(), "-keystore", authority.trustStore().toString());
    return authority;
  }

  private static void keytool(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(
        List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(words));
    command.addAll(List.of("-alias", ALIAS, "-storetype", "PKCS12", "-storepass", PASSWORD));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IOException(said);
    }
  }

  /** With the private key, for Java servers. */
  public Path keyStore() {
    return folder.resolve("key.p12");
  }

  /** For Java clients. */
  public Path trustStore() {
    return folder.resolve("trust.p12");
  }

  /** In PEM, for everybody else. */
  public Path certificate() {
    return folder.resolve("certificate.pem");
  }

  /** Writes the private key in PEM, readable by its owner alone, as PostgreSQL wants it. */
  public Path privateKey() throws IOException, GeneralSecurityException {
    String base64 = Base64.getMimeEncoder().encodeToString(load(keyStore()).getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
    Path key = folder.resolve("key.pem");
    Files.writeString(key, "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n");
    return Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
  }

  /** Of a server with this certificate, and of a client that trusts nothing else. */
  public SSLContext context() throws IOException, GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(load(keyStore()), PASSWORD.toCharArray());
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(load(trustStore()));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }
}
