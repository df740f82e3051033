package org.zimage.picture.credentials.format;

import com.upokecenter.cbor.CBORException;
import com.upokecenter.cbor.CBORObject;
import com.upokecenter.cbor.CBORType;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A signature as C2PA has it: {@code COSE_Sign1} (RFC 9052) over a payload that lies elsewhere, with the certificates in its protected
 * header (RFC 9360), and a time stamp and padding in its unprotected one.
 *
 * @param protectedHeader CBOR, as it was signed
 * @param timeStamp a token of RFC 3161 for {@link #toBeStamped}; null for none
 */
public record CoseSignature(byte[] protectedHeader, byte[] signature, byte[] timeStamp) {
  private static final int TAG = 18;
  private static final int ALGORITHM = 1;
  private static final int CERTIFICATES = 33;
  private static final int MOST_CERTIFICATES = 10;
  private static final String TIME_STAMP = "sigTst2";
  private static final String TOKENS = "tstTokens";
  private static final String TOKEN = "val";
  private static final String PADDING = "pad";
  /** A byte string of this length and up to 65535 bytes has a head of three bytes, so that one length fits. */
  private static final int LEAST_PADDING = 256;
  /** The names around a token. */
  private static final int FRAME = 64;
  private static final int PADDING_HEAD = 3;

  /**
   * Signs a payload.
   *
   * @param chain the signer's certificate and those that lead to its authority, without that
   */
  public static CoseSignature sign(SignatureAlgorithm algorithm, PrivateKey key, List<X509Certificate> chain, byte[] payload)
      throws GeneralSecurityException {
    byte[] header = CBORObject.NewOrderedMap().Add(ALGORITHM, algorithm.number()).Add(CERTIFICATES, encoded(chain)).EncodeToBytes();
    Signature signature = Signature.getInstance(algorithm.javaName());
    signature.initSign(key);
    signature.update(structure("Signature1", header, payload));
    return new CoseSignature(header, signature.sign(), null);
  }

  /** One that takes as many bytes, to measure what is signed later. */
  public static CoseSignature placeholder(SignatureAlgorithm algorithm, List<X509Certificate> chain) throws CertificateEncodingException {
    byte[] header = CBORObject.NewOrderedMap().Add(ALGORITHM, algorithm.number()).Add(CERTIFICATES, encoded(chain)).EncodeToBytes();
    return new CoseSignature(header, new byte[algorithm.signatureBytes()], null);
  }

  private static CBORObject encoded(List<X509Certificate> chain) throws CertificateEncodingException {
    if (chain.size() == 1) {
      return CBORObject.FromObject(chain.get(0).getEncoded());
    }
    CBORObject certificates = CBORObject.NewArray();
    for (X509Certificate certificate : chain) {
      certificates.Add(certificate.getEncoded());
    }
    return certificates;
  }

  /** {@code Sig_structure} of RFC 9052, section 4.4. */
  private static byte[] structure(String context, byte[] header, byte[] payload) {
    return CBORObject.NewArray().Add(context).Add(header).Add(new byte[0]).Add(payload).EncodeToBytes();
  }

  /** What a time stamp is for. */
  public byte[] toBeStamped() {
    return structure("CounterSignature", protectedHeader, CBORObject.FromObject(signature).EncodeToBytes());
  }

  public CoseSignature withTimeStamp(byte[] token) {
    return new CoseSignature(protectedHeader, signature, token);
  }

  /** Whether the payload is what was signed, by the first of {@link #certificates}. */
  public boolean fits(byte[] payload) {
    try {
      X509Certificate signer = certificates().get(0);
      Signature verification = Signature.getInstance(algorithm().orElseThrow(() -> new SignatureException("unknown")).javaName());
      verification.initVerify(signer.getPublicKey());
      verification.update(structure("Signature1", protectedHeader, payload));
      return verification.verify(signature);
    } catch (InvalidKeyException | SignatureException noSignatureOfThatKey) {
      return false;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("Every Java has ECDSA", impossible);
    }
  }

  /** Empty for one that is not known here. */
  public Optional<SignatureAlgorithm> algorithm() {
    CBORObject number = header().get(CBORObject.FromObject(ALGORITHM));
    return number != null && number.getType() == CBORType.Integer && number.CanValueFitInInt32()
        ? SignatureAlgorithm.ofNumber(number.AsInt32Value())
        : Optional.empty();
  }

  /**
   * The signer's certificate, and those that lead towards its authority. Nothing says yet that they belong together.
   *
   * @throws MalformedCredentials when there are none
   */
  public List<X509Certificate> certificates() {
    CBORObject encoded = header().get(CBORObject.FromObject(CERTIFICATES));
    if (encoded == null || encoded.getType() != CBORType.ByteString && encoded.getType() != CBORType.Array) {
      throw new MalformedCredentials("the signature has no certificate");
    }
    Collection<CBORObject> all = encoded.getType() == CBORType.Array ? encoded.getValues() : List.of(encoded);
    if (all.isEmpty() || all.size() > MOST_CERTIFICATES) {
      throw new MalformedCredentials("the signature has " + all.size() + " certificates");
    }
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      List<X509Certificate> certificates = new ArrayList<>();
      for (CBORObject each : all) {
        certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(each.GetByteString())));
      }
      return List.copyOf(certificates);
    } catch (CertificateException | IllegalStateException unreadable) {
      throw new MalformedCredentials("a certificate of the signature cannot be read", unreadable);
    }
  }

  private CBORObject header() {
    try {
      CBORObject header = CBORObject.DecodeFromBytes(protectedHeader);
      if (header.getType() == CBORType.Map) {
        return header;
      }
    } catch (CBORException unreadable) {
      throw new MalformedCredentials("the signature's header is no CBOR", unreadable);
    }
    throw new MalformedCredentials("the signature's header is no map");
  }

  /** How many bytes are needed for a time stamp of that many bytes, or of fewer. */
  public static int roomForToken(int bytes) {
    return bytes + FRAME + LEAST_PADDING;
  }

  /** As CBOR, without padding. */
  public byte[] encoded() {
    return encoded(-1);
  }

  /**
   * As CBOR with so many bytes, {@link #roomForToken} more than without a time stamp.
   *
   * @throws IllegalArgumentException when they do not suffice
   */
  public byte[] padded(int length) {
    int padding = length - encoded(0).length - (PADDING_HEAD - 1);
    if (padding < LEAST_PADDING || padding > 0xFFFF) {
      throw new IllegalArgumentException(padding + " bytes of padding");
    }
    return encoded(padding);
  }

  /** @param padding bytes; negative for none at all */
  private byte[] encoded(int padding) {
    CBORObject unprotected = CBORObject.NewOrderedMap();
    if (timeStamp != null) {
      CBORObject token = CBORObject.NewOrderedMap().Add(TOKEN, timeStamp);
      unprotected.Add(TIME_STAMP, CBORObject.NewOrderedMap().Add(TOKENS, CBORObject.NewArray().Add(token)));
    }
    if (padding >= 0) {
      unprotected.Add(PADDING, new byte[padding]);
    }
    CBORObject parts = CBORObject.NewArray().Add(protectedHeader).Add(unprotected).Add(CBORObject.Null).Add(signature);
    return CBORObject.FromObjectAndTag(parts, TAG).EncodeToBytes();
  }

  /** @throws MalformedCredentials when it is none, or has anything unsigned beside time stamp and padding */
  public static CoseSignature read(CBORObject cose) {
    if (!cose.HasOneTag(TAG) || cose.getType() != CBORType.Array || cose.size() != 4) {
      throw new MalformedCredentials("the signature is no COSE_Sign1");
    }
    CBORObject payload = cose.get(2);
    if (!isBytes(cose.get(0)) || cose.get(1).getType() != CBORType.Map || !payload.isNull() || payload.isTagged() || !isBytes(cose.get(3))) {
      throw new MalformedCredentials("the signature has other parts than a COSE_Sign1");
    }
    return new CoseSignature(cose.get(0).GetByteString(), cose.get(3).GetByteString(), timeStamp(cose.get(1)));
  }

  private static byte[] timeStamp(CBORObject unprotected) {
    byte[] token = null;
    for (CBORObject key : unprotected.getKeys()) {
      CBORObject value = unprotected.get(key);
      if (key.equals(CBORObject.FromObject(TIME_STAMP))) {
        token = token(value);
      } else if (!key.equals(CBORObject.FromObject(PADDING)) || !isBytes(value) || !isZero(value.GetByteString())) {
        throw new UnsupportedCredentials("the signature has something unsigned beside it");
      }
    }
    return token;
  }

  private static byte[] token(CBORObject value) {
    CBORObject tokens = value.getType() == CBORType.Map && !value.isTagged() && value.size() == 1 ? value.get(TOKENS) : null;
    if (tokens == null || tokens.getType() != CBORType.Array || tokens.isTagged() || tokens.size() != 1
        || tokens.get(0).getType() != CBORType.Map || tokens.get(0).isTagged()) {
      throw new MalformedCredentials("there is no single time stamp");
    }
    CBORObject token = tokens.get(0).get(TOKEN);
    if (token == null || !isBytes(token)) {
      throw new MalformedCredentials("the time stamp has no token");
    }
    return token.GetByteString();
  }

  private static boolean isBytes(CBORObject value) {
    return value.getType() == CBORType.ByteString && !value.isTagged();
  }

  private static boolean isZero(byte[] bytes) {
    for (byte each : bytes) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }
}
