package org.zimage.picture.credentials;

import java.security.GeneralSecurityException;
import org.zimage.picture.credentials.ManifestDraft.Binding;
import org.zimage.picture.credentials.format.CoseSignature;
import org.zimage.picture.credentials.format.CredentialsChunk;
import org.zimage.picture.credentials.format.Superbox;
import org.zimage.picture.credentials.trust.TimeStampAuthority;

/** Signs pictures: adds content credentials (C2PA 2.x) to their files. Thread-safe. */
public final class Signer {
  private static final int SHA256_BYTES = 32;
  /** Larger than any real length, so that every real one takes no more bytes. */
  private static final int LONGEST = Integer.MAX_VALUE;

  private final SigningKey key;
  private final TimeStampAuthority timeStamps;

  /** @param timeStamps asked for each file; null for signatures without time stamps */
  public Signer(SigningKey key, TimeStampAuthority timeStamps) {
    this.key = key;
    this.timeStamps = timeStamps;
  }

  public SigningKey key() {
    return key;
  }

  /**
   * Adds credentials to a file. Where the time stamp authority does not answer, the signature has no time stamp.
   *
   * @param file a PNG or WebP without credentials; everything else in it stays as it is
   * @return the file with them
   * @throws SigningFailed when the key cannot be used any more
   * @throws org.zimage.picture.credentials.format.MalformedCredentials when the file is neither, or has credentials
   */
  public byte[] sign(byte[] file, Provenance provenance) {
    try {
      return sign(file, ManifestDraft.of(provenance), timeStamps == null ? 0 : timeStamps.roomForToken());
    } catch (GeneralSecurityException e) {
      throw new SigningFailed("The picture could not be signed: " + e.getMessage(), e);
    }
  }

  private byte[] sign(byte[] file, ManifestDraft draft, int roomForToken) throws GeneralSecurityException {
    int signatureLength = CoseSignature.placeholder(key.algorithm(), key.carried()).encoded().length;
    if (timeStamps != null) {
      signatureLength += CoseSignature.roomForToken(roomForToken);
    }
    int storeLength = longestStore(file, draft, signatureLength);
    CredentialsChunk chunk = CredentialsChunk.makeRoom(file, storeLength);
    Binding unpadded = new Binding(chunk.start(), chunk.length(), chunk.hashOfTheRest(), 0);
    Superbox assertions = draft.assertions(unpadded);
    int padding = storeLength - length(draft, assertions, signatureLength);
    assertions = draft.assertions(new Binding(unpadded.start(), unpadded.length(), unpadded.hash(), padding));
    byte[] claim = draft.claim(assertions);
    CoseSignature signature = CoseSignature.sign(key.algorithm(), key.key(), key.carried(), claim);
    byte[] encoded = signature.encoded();
    if (timeStamps != null) {
      byte[] token = timeStamps.stamp(signature.toBeStamped());
      if (token == null) {
        return new Signer(key, null).sign(file, draft, 0);
      }
      if (token.length > roomForToken) {
        return sign(file, draft, timeStamps.roomForToken());
      }
      encoded = signature.withTimeStamp(token).padded(signatureLength);
    }
    return chunk.filled(draft.store(assertions, claim, encoded).bytes());
  }

  /** An even number: a WebP's odd chunks have a byte more. */
  private static int longestStore(byte[] file, ManifestDraft draft, int signatureLength) {
    Binding longest = new Binding(CredentialsChunk.place(file), LONGEST, new byte[SHA256_BYTES], 0);
    int length = length(draft, draft.assertions(longest), signatureLength);
    return length + length % 2;
  }

  private static int length(ManifestDraft draft, Superbox assertions, int signatureLength) {
    return draft.store(assertions, draft.claim(assertions), new byte[signatureLength]).bytes().length;
  }
}
