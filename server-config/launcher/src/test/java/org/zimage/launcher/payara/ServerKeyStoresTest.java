package org.zimage.launcher.payara;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerKeyStoresTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir
  private Path folder;

  @Test
  void storesThatOpenFastHoldTheSameKeysAndCertificates() throws Exception {
    Path keys = folder.resolve("keystore.p12");
    Path certificates = folder.resolve("cacerts.p12");
    keytool("-genkeypair", "-alias", "s1as", "-keyalg", "EC", "-dname", "CN=localhost", "-keystore", keys.toString());
    keytool("-exportcert", "-alias", "s1as", "-keystore", keys.toString(), "-file", folder.resolve("s1as").toString());
    keytool("-importcert", "-noprompt", "-alias", "authority", "-file", folder.resolve("s1as").toString(),
        "-keystore", certificates.toString());
    Key key = load(keys).getKey("s1as", PASSWORD);
    Certificate certificate = load(certificates).getCertificate("authority");
    byte[] before = Files.readAllBytes(keys);

    ServerKeyStores.openFast(folder);

    assertThat(Files.readAllBytes(keys)).isNotEqualTo(before);
    assertThat(load(keys).getKey("s1as", PASSWORD)).isEqualTo(key);
    assertThat(load(keys).getCertificateChain("s1as")).containsExactly(certificate);
    assertThat(Collections.list(load(certificates).aliases())).containsExactly("authority");
    assertThat(load(certificates).getCertificate("authority")).isEqualTo(certificate);
    assertThat(System.getProperty("keystore.pkcs12.macIterationCount")).isNull();
  }

  private static void keytool(String... arguments) throws Exception {
    String program = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    ProcessBuilder builder = new ProcessBuilder(program, "-storetype", "PKCS12", "-storepass", "changeit");
    builder.command().addAll(1, List.of(arguments));
    assertThat(builder.inheritIO().start().waitFor()).isZero();
  }

  private static KeyStore load(Path file) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }
}
