package org.zimage.launcher.settings;

import de.dentrassi.crypto.pem.PemKeyStoreProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zimage.launcher.error.LauncherException;
import org.zimage.launcher.home.Password;
import org.zimage.launcher.home.PrivateFile;

/**
 * The certificate of HTTPS and its key, from the files that authorities hand out. The server reads them from a key store, which
 * this class writes.
 *
 * @param certificate in PEM, followed by those that lead to its authority ({@code ZIMAGE_HTTPS_CERTIFICATE})
 * @param key its private key in PEM ({@code ZIMAGE_HTTPS_KEY})
 */
public record HttpsCertificate(Path certificate, Path key) {
  private static final String ALIAS = "zimage"; // payara-micro/pre-boot.txt and payara-server/domain-settings.txt name it
  /** The signature algorithm of each key algorithm. */
  private static final Map<String, String> SIGNATURES = Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");

  /** @param chain begins with the certificate of the key */
  private record Pair(PrivateKey key, Certificate[] chain) { }

  /**
   * Writes the key store, and returns the variables that the server's listeners read.
   *
   * @param settings of the server; the certificate may be missing
   * @param store the file to be written with certificate and key
   */
  public static Map<String, String> variables(LauncherSettings settings, Path store) throws IOException {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("ZIMAGE_HTTPS", Boolean.toString(settings.https() != null));
    variables.put("ZIMAGE_HTTP_HOST", settings.httpHost());
    if (settings.https() != null) {
      String password = Password.random();
      settings.https().write(store, password);
      variables.put("ZIMAGE_HTTPS_STORE", store.toString());
      variables.put("ZIMAGE_HTTPS_PASSWORD", password);
    }
    return variables;
  }

  /**
   * What is no error, and yet keeps callers away or lets others in.
   *
   * @return a line for each
   * @throws LauncherException when certificate or key cannot be used
   */
  List<String> warnings() throws IOException {
    X509Certificate first = (X509Certificate) read().chain()[0];
    List<String> warnings = new ArrayList<>();
    Date now = new Date();
    if (now.after(first.getNotAfter()) || now.before(first.getNotBefore())) {
      warnings.add("ZIMAGE_HTTPS_CERTIFICATE=" + certificate + " is valid from " + first.getNotBefore().toInstant() + " to "
          + first.getNotAfter().toInstant() + " only: callers will refuse it");
    }
    if (Files.getPosixFilePermissions(key).contains(PosixFilePermission.OTHERS_READ)) {
      warnings.add("ZIMAGE_HTTPS_KEY=" + key + " can be read by every user of this machine: chmod 600 " + key);
    }
    return warnings;
  }

  private void write(Path store, String password) throws IOException {
    Pair pair = read();
    try {
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      own.setKeyEntry(ALIAS, pair.key(), password.toCharArray(), pair.chain());
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      own.store(bytes, password.toCharArray());
      PrivateFile.write(store, bytes.toByteArray());
    } catch (GeneralSecurityException cause) {
      throw unusable(cause);
    }
  }

  private Pair read() {
    try {
      KeyStore pem = load();
      String alias = Collections.list(pem.aliases()).stream().filter(each -> isKey(pem, each)).findFirst().orElseThrow(() -> wrong(
          "ZIMAGE_HTTPS_KEY=" + key + " holds no private key in PEM, or ZIMAGE_HTTPS_CERTIFICATE=" + certificate + " no certificate"));
      Pair pair = new Pair((PrivateKey) pem.getKey(alias, null), pem.getCertificateChain(alias));
      if (!belongTogether(pair.key(), pair.chain()[0])) {
        throw wrong("ZIMAGE_HTTPS_KEY=" + key + " is not the key of the first certificate in ZIMAGE_HTTPS_CERTIFICATE=" + certificate);
      }
      return pair;
    } catch (GeneralSecurityException cause) {
      throw unusable(cause);
    }
  }

  private LauncherException unusable(GeneralSecurityException cause) {
    return new LauncherException("HTTPS cannot be set up with " + certificate + " and " + key + ": " + cause, cause);
  }

  private KeyStore load() throws GeneralSecurityException {
    requireReadable("ZIMAGE_HTTPS_CERTIFICATE", certificate);
    requireReadable("ZIMAGE_HTTPS_KEY", key);
    KeyStore pem = KeyStore.getInstance("PEM", new PemKeyStoreProvider());
    try (InputStream in = new SequenceInputStream(Files.newInputStream(certificate), Files.newInputStream(key))) {
      pem.load(in, null);
      return pem;
    } catch (IOException cause) {
      throw new LauncherException("ZIMAGE_HTTPS_CERTIFICATE=" + certificate + " and ZIMAGE_HTTPS_KEY=" + key + " are no certificate and "
          + "private key of RSA or EC, the only ones that are taken, in PEM (" + cause.getMessage() + "); if the key has a password, "
          + "'openssl pkey -in KEY -out OTHER' writes it without", cause);
    }
  }

  private static void requireReadable(String variable, Path file) {
    String user = System.getProperty("user.name");
    if (!Files.exists(file)) {
      throw wrong(variable + "=" + file + " does not exist, or lies in a folder that the user " + user + " may not enter");
    }
    if (!Files.isRegularFile(file)) {
      throw wrong(variable + "=" + file + " is no file");
    }
    if (!Files.isReadable(file)) {
      throw wrong(variable + "=" + file + " may not be read by the user " + user + ": it belongs to " + owner(file));
    }
  }

  private static String owner(Path file) {
    try {
      return Files.getOwner(file) + ", with " + PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    } catch (IOException unknown) {
      return "somebody else";
    }
  }

  private static boolean isKey(KeyStore store, String alias) {
    try {
      return store.isKeyEntry(alias) && store.getCertificateChain(alias).length > 0;
    } catch (GeneralSecurityException notLoaded) {
      throw new IllegalStateException(notLoaded);
    }
  }

  private static boolean belongTogether(PrivateKey key, Certificate certificate) throws GeneralSecurityException {
    String algorithm = SIGNATURES.get(key.getAlgorithm());
    if (algorithm == null) {
      throw new InvalidKeyException(key.getAlgorithm());
    }
    if (!certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
      return false;
    }
    byte[] text = ALIAS.getBytes();
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(certificate);
    signature.update(text);
    return signature.verify(signed);
  }

  private static LauncherException wrong(String what) {
    return new LauncherException(what + ": name two files in PEM, the certificate followed by those of its authority, and its key");
  }
}
