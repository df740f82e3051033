package org.zimage.picture.credentials;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.zimage.picture.credentials.Provenance.SoftwareAgent;
import org.zimage.picture.credentials.format.CredentialsChunk;

/** What the content credentials of a file say, and what they are worth. */
public sealed interface Credentials {

  /**
   * Reads and checks the credentials of a file: the signature, its certificates, the hashes of everything that is said, and that of the
   * file. Certificates that their authority has called back are not found out. Thread-safe.
   *
   * @param file of any type; PNG and WebP may have credentials
   * @param anchors the authorities that are trusted
   */
  static Credentials read(byte[] file, Set<X509Certificate> anchors) {
    return read(file, anchors, Clock.systemUTC());
  }

  /** The same at the time of a clock. */
  static Credentials read(byte[] file, Set<X509Certificate> anchors, Clock clock) {
    return new CredentialsReader(anchors, clock).read(file);
  }

  /**
   * The credentials of a file that fit it, whoever signed them, to be kept with something that is made of the file. Whose they are is
   * asked later, by {@link Ingredient#of(String, byte[], Set)}.
   *
   * @return JUMBF; empty where there are none, or file and signature do not fit
   */
  static Optional<byte[]> intact(byte[] file) {
    return read(file, Set.of()) instanceof Untrusted ? CredentialsChunk.find(file).map(CredentialsChunk::store) : Optional.empty();
  }

  /** The file has none. Somebody may have taken them away. */
  record Absent() implements Credentials { }

  /** The file, or what is said of it, is not what was signed. */
  record Invalid(String reason) implements Credentials { }

  /** They are of a kind that is not read here, and may be good. */
  record Unsupported(String reason) implements Credentials { }

  /** File and signature fit, but the signer is nobody whose word counts here. */
  record Untrusted(Statement statement, String reason) implements Credentials { }

  /** File and signature fit, and an authority that is trusted knows the signer. */
  record Valid(Statement statement) implements Credentials { }

  /**
   * What was signed.
   *
   * @param signer the name in the certificate, as in RFC 2253
   * @param issuer the name of the authority that issued it
   * @param signedAt when, by a time stamp of an authority that is trusted; null without
   * @param agent the program that wrote the credentials
   * @param title of the picture; null for none
   * @param manifest its name, of the form {@code urn:c2pa:…}
   */
  record Statement(String signer, String issuer, Instant signedAt, SoftwareAgent agent, String title, String manifest,
      List<Action> actions) {
    public Statement {
      actions = List.copyOf(actions);
    }
  }

  /**
   * Something that was done to the picture.
   *
   * @param name such as {@code c2pa.created}
   * @param digitalSourceType a URI; null where none is given
   */
  record Action(String name, String digitalSourceType) { }
}
