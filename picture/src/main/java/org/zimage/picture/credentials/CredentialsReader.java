package org.zimage.picture.credentials;

import com.upokecenter.cbor.CBORException;
import com.upokecenter.cbor.CBORObject;
import com.upokecenter.cbor.CBORType;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.zimage.picture.credentials.Credentials.Absent;
import org.zimage.picture.credentials.Credentials.Action;
import org.zimage.picture.credentials.Credentials.Invalid;
import org.zimage.picture.credentials.Credentials.Statement;
import org.zimage.picture.credentials.Credentials.Unsupported;
import org.zimage.picture.credentials.Credentials.Untrusted;
import org.zimage.picture.credentials.Credentials.Valid;
import org.zimage.picture.credentials.Provenance.SoftwareAgent;
import org.zimage.picture.credentials.format.CoseSignature;
import org.zimage.picture.credentials.format.CredentialsChunk;
import org.zimage.picture.credentials.format.CredentialsHash;
import org.zimage.picture.credentials.format.MalformedCredentials;
import org.zimage.picture.credentials.format.Superbox.Kind;
import org.zimage.picture.credentials.format.Superbox;
import org.zimage.picture.credentials.format.UnsupportedCredentials;
import org.zimage.picture.credentials.trust.TimeStamp;
import org.zimage.picture.credentials.trust.TrustedChain;

/** Checks the manifest of a file: first that file and signature fit, then whose signature it is. */
final class CredentialsReader {
  private static final int MOST_STORE_BYTES = 64 << 20;
  private static final String OLD_CLAIM = "c2pa.claim";

  private final Set<X509Certificate> anchors;
  private final Clock clock;

  CredentialsReader(Set<X509Certificate> anchors, Clock clock) {
    this.anchors = anchors;
    this.clock = clock;
  }

  Credentials read(byte[] file) {
    return reading(() -> CredentialsChunk.find(file).map(this::read).orElseGet(Absent::new));
  }

  private static Credentials reading(Supplier<Credentials> reader) {
    try {
      return reader.get();
    } catch (UnsupportedCredentials other) {
      return new Unsupported(other.getMessage());
    } catch (MalformedCredentials damaged) {
      return new Invalid(damaged.getMessage());
    } catch (CBORException | IllegalStateException | ArithmeticException wrongType) {
      // The CBOR library's answers to a value of another type than is asked for
      return new Invalid("something in them is of another type than it should be: " + wrongType.getMessage());
    }
  }

  /** Whether the credentials themselves are good; their file was checked before, and may be gone. */
  boolean isTrusted(byte[] store) {
    return reading(() -> check(store, assertions -> { })) instanceof Valid;
  }

  private Credentials read(CredentialsChunk chunk) {
    if (chunk.length() > MOST_STORE_BYTES) {
      throw new UnsupportedCredentials("they have " + chunk.length() + " bytes");
    }
    return check(chunk.store(), assertions -> checkFile(chunk, assertions));
  }

  private Credentials check(byte[] store, Consumer<Superbox> file) {
    Superbox all = Superbox.read(store);
    Superbox manifest = ManifestStore.active(all);
    if (manifest.child(OLD_CLAIM).isPresent()) {
      throw new UnsupportedCredentials("they are of C2PA 1");
    }
    Superbox claim = child(manifest, ManifestDraft.CLAIM, Kind.CLAIM);
    CoseSignature signature = CoseSignature.read(child(manifest, ManifestDraft.SIGNATURE, Kind.SIGNATURE).read());
    if (signature.algorithm().isEmpty()) {
      throw new UnsupportedCredentials("they are signed by another algorithm than ECDSA");
    }
    if (!signature.fits(claim.cbor())) {
      throw new MalformedCredentials("what is said was changed after it was signed");
    }
    CBORObject said = claim.read();
    Superbox assertions = child(manifest, ManifestDraft.ASSERTIONS, Kind.ASSERTIONS);
    checkName(said, manifest.label());
    checkAssertions(said, assertions, manifest.label());
    ManifestStore.checkIngredients(all, manifest);
    file.accept(assertions);
    return judge(signature, said, manifest.label(), assertions);
  }

  private static Superbox child(Superbox box, String label, Kind kind) {
    return box.child(label).orElseThrow(() -> new MalformedCredentials("there is no " + label)).require(kind);
  }

  /** The manifest's name is part of what is signed. */
  private static void checkName(CBORObject claim, String manifest) {
    String signature = text(claim, "signature");
    if (!signature.equals(ManifestDraft.address(manifest) + "/" + ManifestDraft.SIGNATURE)
        && !signature.equals(ManifestDraft.SELF + ManifestDraft.SIGNATURE)) {
      throw new MalformedCredentials("the manifest has another name than it was signed with");
    }
  }

  /** Every assertion is named by the claim, once, with its hash. */
  private static void checkAssertions(CBORObject claim, Superbox assertions, String manifest) {
    Map<String, Superbox> unnamed = new HashMap<>();
    for (Superbox each : assertions.children()) {
      if (unnamed.put(each.label(), each) != null) {
        throw new MalformedCredentials("there are two assertions " + each.label());
      }
    }
    for (String list : List.of("created_assertions", "gathered_assertions")) {
      CBORObject references = claim.get(list);
      for (CBORObject reference : references == null ? List.<CBORObject>of() : references.getValues()) {
        String label = label(text(reference, "url"), manifest);
        // Each is hashed once, so that a claim cannot make its reader hash the same bytes without end
        Superbox assertion = Optional.ofNullable(unnamed.remove(label))
            .orElseThrow(() -> new MalformedCredentials("there is no " + label + ", or it is named twice"));
        if (!MessageDigest.isEqual(CredentialsHash.of(assertion.payload()), bytes(reference, "hash"))) {
          requireSha256(reference, claim);
          throw new MalformedCredentials(label + " was changed after it was signed");
        }
      }
    }
    if (!unnamed.isEmpty()) {
      throw new MalformedCredentials("there are assertions that were not signed");
    }
  }

  private static String label(String url, String manifest) {
    String path = url.startsWith(ManifestDraft.SELF) ? url.substring(ManifestDraft.SELF.length()) : "";
    String absolute = "/" + ManifestDraft.STORE + "/" + manifest + "/";
    String relative = path.startsWith(absolute) ? path.substring(absolute.length()) : path;
    if (!relative.startsWith(ManifestDraft.ASSERTIONS + "/")) {
      throw new MalformedCredentials("an assertion lies elsewhere");
    }
    return relative.substring(ManifestDraft.ASSERTIONS.length() + 1);
  }

  private static void requireSha256(CBORObject first, CBORObject byDefault) {
    CBORObject algorithm = first.get("alg");
    if (algorithm == null) {
      algorithm = byDefault.get("alg");
    }
    if (algorithm != null && !algorithm.AsString().equals(CredentialsHash.NAME)) {
      throw new UnsupportedCredentials("their hashes are of " + algorithm.AsString());
    }
  }

  /** Nothing but the chunk of the credentials may be left out of the hash. */
  private static void checkFile(CredentialsChunk chunk, Superbox assertions) {
    CBORObject binding = assertions.child(ManifestDraft.DATA_HASH)
        .orElseThrow(() -> new UnsupportedCredentials("they bind the file by other means than its hash")).read();
    requireSha256(binding, binding);
    CBORObject exclusions = binding.get("exclusions");
    if (exclusions == null || exclusions.getType() != CBORType.Array || exclusions.size() != 1) {
      throw new UnsupportedCredentials("their hash leaves out other parts of the file than themselves");
    }
    boolean isChunk = number(exclusions.get(0), "start") == chunk.start() && number(exclusions.get(0), "length") == chunk.length();
    if (!isChunk || !MessageDigest.isEqual(chunk.hashOfTheRest(), bytes(binding, "hash"))) {
      throw new MalformedCredentials("the file was changed after it was signed");
    }
  }

  private Credentials judge(CoseSignature signature, CBORObject claim, String manifest, Superbox assertions) {
    TrustedChain trust = new TrustedChain(anchors);
    Instant signedAt = signature.timeStamp() == null
        ? null
        : TimeStamp.read(signature.timeStamp(), signature.toBeStamped()).trustedTime(trust).orElse(null);
    List<X509Certificate> chain = signature.certificates();
    CBORObject agent = claim.get("claim_generator_info");
    if (agent == null) {
      throw new MalformedCredentials("there is no claim_generator_info");
    }
    X509Certificate signer = chain.get(0);
    Statement statement = new Statement(signer.getSubjectX500Principal().getName(), signer.getIssuerX500Principal().getName(), signedAt,
        new SoftwareAgent(text(agent, "name"), optional(agent, "version").orElse("")), optional(claim, "dc:title").orElse(null), manifest,
        actions(assertions));
    return trust.doubt(chain, signedAt == null ? clock.instant() : signedAt)
        .<Credentials>map(doubt -> new Untrusted(statement, doubt)).orElseGet(() -> new Valid(statement));
  }

  private static List<Action> actions(Superbox assertions) {
    Optional<Superbox> assertion = assertions.child(ManifestDraft.ACTIONS);
    if (assertion.isEmpty()) {
      return List.of();
    }
    CBORObject list = assertion.get().read().get("actions");
    if (list == null || list.getType() != CBORType.Array) {
      throw new MalformedCredentials("there is no list of actions");
    }
    List<Action> actions = new ArrayList<>();
    for (CBORObject action : list.getValues()) {
      actions.add(new Action(text(action, "action"), optional(action, "digitalSourceType").orElse(null)));
    }
    return actions;
  }

  private static String text(CBORObject map, String key) {
    return optional(map, key).orElseThrow(() -> new MalformedCredentials("there is no " + key));
  }

  private static Optional<String> optional(CBORObject map, String key) {
    return Optional.ofNullable(map.get(key)).map(CBORObject::AsString);
  }

  private static byte[] bytes(CBORObject map, String key) {
    CBORObject value = map.get(key);
    if (value == null) {
      throw new MalformedCredentials("there is no " + key);
    }
    return value.GetByteString();
  }

  private static int number(CBORObject map, String key) {
    CBORObject value = map.get(key);
    // Another kind of number may have so large an exponent that converting it takes seconds
    if (value == null || value.getType() != CBORType.Integer || !value.CanValueFitInInt32()) {
      throw new MalformedCredentials("there is no whole number " + key);
    }
    return value.AsInt32();
  }
}
