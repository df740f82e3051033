package org.zimage.picture.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeyTest {
  private static final String PASSWORD = "secret";
  private static final Clock NOW = Clock.systemUTC();

  @TempDir
  private Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("key.p12");
  }

  @Test
  void theKeyStoreOfATrialCanBeUsedForAYear() throws IOException, KeyStoreRefused {
    Files.write(file, TrialAuthority.make(NOW).keyStore(PASSWORD));

    SigningKey key = SigningKey.read(file, PASSWORD, NOW);

    Instant now = NOW.instant();
    assertThat(key.end()).isBetween(now.plus(Duration.ofDays(364)), now.plus(Duration.ofDays(365)));
    assertThat(key.isExpired(now)).isFalse();
    assertThat(key.isExpired(key.end().plusSeconds(1))).isTrue();
    assertThat(key).asString().contains("Trial signer").doesNotContain("PrivateKey");
  }

  @Test
  void aWrongPasswordIsTold() throws IOException {
    Files.write(file, TrialAuthority.make(NOW).keyStore("another"));

    assertRefused("a key store whose password is the one that is given");
  }

  @Test
  void aFileThatIsNoKeyStoreIsTold() throws IOException {
    assertRefused("the path of a file that is there");
    Files.writeString(file, "-----BEGIN CERTIFICATE-----");
    assertRefused("a readable key store of PKCS #12 (.p12)");
  }

  @Test
  void aCertificateThatHasEndedOrNotBegunIsTold() throws IOException {
    Files.write(file, TrialAuthority.make(Clock.offset(NOW, Duration.ofDays(-400))).keyStore(PASSWORD));
    assertThatThrownBy(() -> SigningKey.read(file, PASSWORD, NOW)).isInstanceOf(KeyStoreRefused.class)
        .hasMessageStartingWith("a key store whose certificate is still valid: this one ended at ");

    Files.write(file, TrialAuthority.make(Clock.offset(NOW, Duration.ofDays(2))).keyStore(PASSWORD));
    assertThatThrownBy(() -> SigningKey.read(file, PASSWORD, NOW)).isInstanceOf(KeyStoreRefused.class)
        .hasMessageStartingWith("a key store whose certificate is valid by now: this one begins at ");
  }

  @Test
  void aSelfSignedCertificateIsToldBecauseNoVerifierAcceptsIt() throws IOException, InterruptedException {
    keytool("own", "-keyalg", "EC", "-groupname", "secp256r1");

    assertRefused("a key store whose certificate comes from an authority: this one is self-signed, which no verifier accepts");
  }

  @Test
  void aKeyOfAnotherKindIsTold() throws IOException, InterruptedException {
    keytool("own", "-keyalg", "RSA");

    assertRefused("a key store with a key of ECDSA on P-256, P-384 or P-521: this one is of RSA");
  }

  @Test
  void twoKeysAreTold() throws IOException, InterruptedException {
    keytool("one", "-keyalg", "EC", "-groupname", "secp256r1");
    keytool("two", "-keyalg", "EC", "-groupname", "secp256r1");

    assertRefused("a key store with one key: this one has 2");
  }

  @Test
  void aCertificateForSomethingElseIsTold() throws IOException, InterruptedException {
    issue("digitalSignature", "serverAuth");

    assertThatThrownBy(() -> SigningKey.read(file, PASSWORD, NOW)).isInstanceOf(KeyStoreRefused.class)
        .hasMessageStartingWith("a key store whose certificate is for digital signatures and for signing documents");
  }

  @Test
  void aCertificateOfKeytoolForSigningIsUsed() throws IOException, InterruptedException, KeyStoreRefused {
    issue("digitalSignature", "emailProtection");

    SigningKey key = SigningKey.read(file, PASSWORD, NOW);

    byte[] signed = new Signer(key, null).sign(TestFiles.png(64, 64), SignerTest.CREATED);
    assertThat(Credentials.read(signed, key.anchors())).isInstanceOf(Credentials.Valid.class);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> SigningKey.read(file, PASSWORD, NOW)).isInstanceOf(KeyStoreRefused.class).hasMessage(message);
  }

  /** A key whose certificate an authority has issued; the authority's own key is taken out again. */
  private void issue(String usage, String purpose) throws IOException, InterruptedException {
    keytool("authority", "-keyalg", "EC", "-groupname", "secp384r1", "-ext", "bc:c", "-ext", "ku:c=keyCertSign");
    keytool("pictures", "-keyalg", "EC", "-groupname", "secp384r1", "-signer", "authority", "-ext", "ku:c=" + usage, "-ext", "eku=" + purpose);
    run("-delete", "-alias", "authority");
  }

  private void keytool(String name, String... options) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("-genkeypair", "-alias", name, "-dname", "CN=" + name, "-validity", "2"));
    words.addAll(List.of(options));
    run(words.toArray(String[]::new));
  }

  private void run(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(words));
    command.addAll(List.of("-storetype", "PKCS12", "-keystore", file.toString(), "-storepass", PASSWORD));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
  }
}
