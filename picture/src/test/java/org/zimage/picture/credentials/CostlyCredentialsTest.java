package org.zimage.picture.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.upokecenter.cbor.CBORObject;
import com.upokecenter.numbers.EDecimal;
import com.upokecenter.numbers.EInteger;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.zimage.picture.credentials.Credentials.Invalid;
import org.zimage.picture.credentials.Credentials.Unsupported;
import org.zimage.picture.credentials.format.CoseSignature;
import org.zimage.picture.credentials.format.CredentialsChunk;
import org.zimage.picture.credentials.format.CredentialsHash;
import org.zimage.picture.credentials.format.Superbox;
import org.zimage.picture.credentials.format.Superbox.Kind;
import org.zimage.picture.credentials.format.UnsupportedCredentials;
import org.zimage.picture.credentials.trust.TimeStamp;

/** Anybody can sign credentials with a key of his own. Those that would take long to check are refused before that. */
class CostlyCredentialsTest {
  private static final SigningKey KEY = TrialAuthority.make(Clock.systemUTC()).key();
  private static final String MANIFEST = "urn:c2pa:1";

  @Test
  void anAssertionIsHashedOnceHoweverOftenItIsNamed() throws Exception {
    Superbox binding = dataHash(CBORObject.FromObject(0));

    assertThat(read(List.of(binding), List.of(binding, binding)))
        .isEqualTo(new Invalid("there is no c2pa.hash.data, or it is named twice"));
  }

  @Test
  void aNumberWithAHugeExponentIsNotConverted() throws Exception {
    CBORObject huge = CBORObject.FromObject(EDecimal.Create(EInteger.FromInt32(1), EInteger.FromInt32(1_000_000_000)));
    Superbox binding = dataHash(huge);

    assertThat(read(List.of(binding), List.of(binding))).isEqualTo(new Invalid("there is no whole number start"));
  }

  @Test
  void moreThanAThousandBoxesAreNotRead() throws Exception {
    List<Superbox> many = Collections.nCopies(1_001, dataHash(CBORObject.FromObject(0)));

    assertThat(read(many, List.of())).isEqualTo(new Unsupported("a superbox has more than 1000 boxes in it"));
  }

  @Test
  void longCborIsNotRead() throws Exception {
    Superbox binding = dataHash(CBORObject.FromObject(0));

    assertThat(read(List.of(binding), Collections.nCopies(4_000, binding))).isInstanceOfSatisfying(Unsupported.class,
        unsupported -> assertThat(unsupported.reason()).startsWith("the box c2pa.claim.v2 has ").endsWith(" bytes of CBOR (at most 262144)"));
  }

  @Test
  void aLongTimeStampIsNotRead() {
    assertThatThrownBy(() -> TimeStamp.read(new byte[70_000], new byte[1])).isInstanceOf(UnsupportedCredentials.class)
        .hasMessage("the time stamp has 70000 bytes (at most 61440)");
  }

  /** What is found of a picture with these assertions, of which the signed claim names those. */
  private static Credentials read(List<Superbox> assertions, List<Superbox> named) throws Exception {
    CBORObject references = CBORObject.NewArray();
    for (Superbox each : named) {
      references.Add(CBORObject.NewMap().Add("url", ManifestDraft.SELF + ManifestDraft.ASSERTIONS + "/" + each.label())
          .Add("hash", CredentialsHash.of(each.payload())));
    }
    byte[] claim = CBORObject.NewMap().Add("signature", ManifestDraft.SELF + ManifestDraft.SIGNATURE)
        .Add("created_assertions", references).EncodeToBytes();
    byte[] signature = CoseSignature.sign(KEY.algorithm(), KEY.key(), KEY.carried(), claim).encoded();
    List<Superbox> parts = new ArrayList<>();
    parts.add(Superbox.of(Kind.ASSERTIONS, ManifestDraft.ASSERTIONS, assertions));
    parts.add(Superbox.of(Kind.CLAIM, ManifestDraft.CLAIM, claim));
    parts.add(Superbox.of(Kind.SIGNATURE, ManifestDraft.SIGNATURE, signature));
    Superbox manifest = Superbox.of(Kind.MANIFEST, MANIFEST, parts);
    byte[] store = Superbox.of(Kind.STORE, ManifestDraft.STORE, List.of(manifest)).bytes();
    return Credentials.read(CredentialsChunk.makeRoom(TestFiles.png(8, 8), store.length).filled(store), KEY.anchors());
  }

  private static Superbox dataHash(CBORObject start) {
    CBORObject exclusion = CBORObject.NewMap().Add("start", start).Add("length", 1);
    return Superbox.of(Kind.CBOR, ManifestDraft.DATA_HASH,
        CBORObject.NewMap().Add("exclusions", CBORObject.NewArray().Add(exclusion)).Add("hash", new byte[32]).EncodeToBytes());
  }
}
