package org.zimage.launcher.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.launcher.error.LauncherException;

class HttpsCertificateTest {
  private static final String PASSWORD = "changeit";

  @TempDir
  private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void certificateAndKeyGoIntoAStoreThatItsOwnerAloneReads(String algorithm) throws Exception {
    make("shop", algorithm);
    Path store = folder.resolve("https.p12");

    Map<String, String> variables = HttpsCertificate.variables(settings("shop", "shop"), store);

    assertThat(variables).containsEntry("ZIMAGE_HTTPS", "true").containsEntry("ZIMAGE_HTTP_HOST", "127.0.0.1")
        .containsEntry("ZIMAGE_HTTPS_STORE", store.toString());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store))).isEqualTo("rw-------");
    char[] password = variables.get("ZIMAGE_HTTPS_PASSWORD").toCharArray();
    assertThat(load(store, password).getKey("zimage", password)).isEqualTo(key("shop"));
  }

  @Test
  void withoutACertificateHttpListensWhereItIsTold() throws IOException {
    assertThat(HttpsCertificate.variables(LauncherSettings.of(Map.of("ZIMAGE_HOST", "0.0.0.0")), folder.resolve("https.p12")))
        .isEqualTo(Map.of("ZIMAGE_HTTPS", "false", "ZIMAGE_HTTP_HOST", "0.0.0.0"));
  }

  @Test
  void oneWithoutTheOtherIsRefused() {
    assertThatThrownBy(() -> LauncherSettings.of(Map.of("ZIMAGE_HTTPS_CERTIFICATE", "/shop.pem")))
        .hasMessageStartingWith("ZIMAGE_HTTPS_KEY is not set");
    assertThatThrownBy(() -> LauncherSettings.of(Map.of("ZIMAGE_HTTPS_KEY", "/shop.pem")))
        .hasMessageStartingWith("ZIMAGE_HTTPS_CERTIFICATE is not set");
  }

  @Test
  void theKeyOfAnotherCertificateIsRefused() throws Exception {
    make("shop", "EC");
    make("press", "EC");
    make("old", "RSA");

    assertRefused("shop", "press", "is not the key of the first certificate in");
    assertRefused("shop", "old", "is not the key of the first certificate in");
  }

  @Test
  void filesThatHoldSomethingElseAreNamed() throws Exception {
    make("shop", "EC");
    Files.writeString(folder.resolve("shop-key.pem"), "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");

    assertRefused("shop", "shop", "openssl pkey -in KEY -out OTHER");
    assertRefused("shop", "nobody", "does not exist");
    Files.createDirectory(folder.resolve("folder-key.pem"));
    assertRefused("shop", "folder", "is no file");
    make("curve", "Ed25519");
    assertRefused("curve", "curve", "of RSA or EC, the only ones that are taken");
    Files.copy(folder.resolve("shop-certificate.pem"), folder.resolve("twice-key.pem"));
    assertRefused("shop", "twice", "holds no private key");
  }

  @Test
  void aCertificateWhoseTimeIsOverAndAKeyThatAllMayReadAreWarnedOf() throws Exception {
    make("shop", "EC");
    Files.setPosixFilePermissions(folder.resolve("shop-key.pem"), PosixFilePermissions.fromString("rw-------"));
    make("old", "EC", "-startdate", "-3d", "-validity", "1");
    Files.setPosixFilePermissions(folder.resolve("old-key.pem"), PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(settings("shop", "shop").httpsWarnings()).isEmpty();
    assertThat(settings("old", "old").httpsWarnings()).hasSize(2).anySatisfy(line -> assertThat(line).contains("callers will refuse it"))
        .anySatisfy(line -> assertThat(line).contains("chmod 600"));
  }

  private void assertRefused(String certificate, String key, String reason) {
    assertThatThrownBy(() -> HttpsCertificate.variables(settings(certificate, key), folder.resolve("https.p12")))
        .isInstanceOf(LauncherException.class).hasMessageContaining(key + "-key.pem").hasMessageContaining(reason);
  }

  private LauncherSettings settings(String certificate, String key) {
    return LauncherSettings.of(Map.of("ZIMAGE_HTTPS_CERTIFICATE", folder.resolve(certificate + "-certificate.pem").toString(),
        "ZIMAGE_HTTPS_KEY", folder.resolve(key + "-key.pem").toString()));
  }

  private void make(String name, String algorithm, String... words) throws Exception {
    keytool(name, Stream.concat(Stream.of("-genkeypair", "-keyalg", algorithm, "-dname", "CN=" + name), Stream.of(words)).toArray(String[]::new));
    keytool(name, "-exportcert", "-rfc", "-file", folder.resolve(name + "-certificate.pem").toString());
    Files.writeString(folder.resolve(name + "-key.pem"), "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(key(name).getEncoded()) + "\n-----END PRIVATE KEY-----\n");
  }

  private Key key(String name) throws IOException, GeneralSecurityException {
    return load(folder.resolve(name + ".p12"), PASSWORD.toCharArray()).getKey(name, PASSWORD.toCharArray());
  }

  private static KeyStore load(Path file, char[] password) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password);
    }
    return store;
  }

  private void keytool(String name, String... words) throws IOException, InterruptedException {
    ProcessBuilder keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    keytool.command().addAll(List.of(words));
    keytool.command().addAll(List.of("-keystore", folder.resolve(name + ".p12").toString(), "-storetype", "PKCS12", "-storepass", PASSWORD,
        "-alias", name));
    assertThat(keytool.inheritIO().start().waitFor()).isZero();
  }
}
