package org.zimage.picture.credentials;

import com.upokecenter.cbor.CBORObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.zimage.picture.credentials.format.CredentialsHash;
import org.zimage.picture.credentials.format.Superbox.Kind;
import org.zimage.picture.credentials.format.Superbox;

/**
 * A manifest of C2PA 2.x before it is signed: its assertions and its claim. The names are those of the specification.
 *
 * @param label of the manifest
 * @param instanceId of the file
 */
record ManifestDraft(String label, String instanceId, Provenance provenance) {
  static final String STORE = "c2pa";
  static final String ASSERTIONS = "c2pa.assertions";
  static final String CLAIM = "c2pa.claim.v2";
  static final String SIGNATURE = "c2pa.signature";
  static final String ACTIONS = "c2pa.actions.v2";
  static final String DATA_HASH = "c2pa.hash.data";
  static final String SELF = "self#jumbf=";
  private static final String INGREDIENT = "c2pa.ingredient.v3";
  /** What was found of an ingredient's credentials before they were passed on. */
  private static final List<String> FOUND = List.of("claimSignature.insideValidity", "claimSignature.validated", "signingCredential.trusted",
      "assertion.dataHash.match");

  static ManifestDraft of(Provenance provenance) {
    return new ManifestDraft("urn:c2pa:" + UUID.randomUUID(), "xmp:iid:" + UUID.randomUUID(), provenance);
  }

  /**
   * What the credentials bind the file with.
   *
   * @param start where the chunk begins that is not hashed
   * @param length of that chunk
   * @param hash of everything else
   * @param padding bytes that make the credentials as long as the room for them
   */
  record Binding(int start, int length, byte[] hash, int padding) {
    private byte[] assertion() {
      CBORObject exclusion = CBORObject.NewOrderedMap().Add("start", start).Add("length", length);
      return CBORObject.NewOrderedMap().Add("exclusions", CBORObject.NewArray().Add(exclusion)).Add("name", "jumbf manifest")
          .Add("alg", CredentialsHash.NAME).Add("hash", hash).Add("pad", new byte[padding]).EncodeToBytes();
    }
  }

  /** The assertions that the claim names. */
  Superbox assertions(Binding binding) {
    List<Superbox> assertions = new ArrayList<>();
    if (provenance.ingredient() != null) {
      assertions.add(Superbox.of(Kind.CBOR, INGREDIENT, ingredient(provenance.ingredient()).EncodeToBytes()));
    }
    assertions.add(Superbox.of(Kind.CBOR, ACTIONS, actions(assertions).EncodeToBytes()));
    assertions.add(Superbox.of(Kind.CBOR, DATA_HASH, binding.assertion()));
    return Superbox.of(Kind.ASSERTIONS, ASSERTIONS, assertions);
  }

  /** A picture begins with being created, or with being opened as another one and then edited. */
  private CBORObject actions(List<Superbox> ingredients) {
    CBORObject actions = CBORObject.NewArray();
    if (ingredients.isEmpty()) {
      actions.Add(ownAction("c2pa.created"));
    } else {
      CBORObject opened = CBORObject.NewArray().Add(reference(ingredients.get(0)));
      actions.Add(CBORObject.NewOrderedMap().Add("action", "c2pa.opened")
          .Add("parameters", CBORObject.NewOrderedMap().Add("ingredients", opened)));
      actions.Add(ownAction("c2pa.edited"));
    }
    return CBORObject.NewOrderedMap().Add("actions", actions).Add("allActionsIncluded", true);
  }

  private CBORObject ownAction(String name) {
    return CBORObject.NewOrderedMap().Add("action", name).Add("softwareAgent", agent())
        .Add("digitalSourceType", provenance.digitalSourceType());
  }

  private CBORObject agent() {
    return CBORObject.NewOrderedMap().Add("name", provenance.agent().name()).Add("version", provenance.agent().version());
  }

  /** Where a manifest is, as others refer to it. */
  static String address(String manifest) {
    return SELF + "/" + STORE + "/" + manifest;
  }

  private static CBORObject ingredient(Ingredient ingredient) {
    CBORObject assertion = CBORObject.NewOrderedMap().Add("relationship", "parentOf");
    if (ingredient.title() != null) {
      assertion.Add("dc:title", ingredient.title());
    }
    if (ingredient.store() != null) {
      Superbox manifest = ManifestStore.active(ingredient.manifests());
      String address = address(manifest.label());
      Superbox signature = manifest.child(SIGNATURE).orElseThrow();
      assertion.Add("validationResults", CBORObject.NewOrderedMap().Add("activeManifest", found(address)))
          .Add("activeManifest", hashed(address, manifest))
          .Add("claimSignature", hashed(address + "/" + SIGNATURE, signature));
    }
    return assertion;
  }

  private static CBORObject found(String manifest) {
    CBORObject success = CBORObject.NewArray();
    for (String code : FOUND) {
      String place = code.startsWith("assertion") ? ASSERTIONS + "/" + DATA_HASH : SIGNATURE;
      success.Add(CBORObject.NewOrderedMap().Add("code", code).Add("url", manifest + "/" + place));
    }
    return CBORObject.NewOrderedMap().Add("success", success).Add("informational", CBORObject.NewArray())
        .Add("failure", CBORObject.NewArray());
  }

  /** What is signed. */
  byte[] claim(Superbox assertions) {
    CBORObject claim = CBORObject.NewOrderedMap().Add("instanceID", instanceId).Add("claim_generator_info", agent());
    if (provenance.title() != null) {
      claim.Add("dc:title", provenance.title());
    }
    CBORObject created = CBORObject.NewArray();
    assertions.children().forEach(assertion -> created.Add(reference(assertion)));
    return claim.Add("signature", address(label) + "/" + SIGNATURE).Add("created_assertions", created)
        .Add("alg", CredentialsHash.NAME).EncodeToBytes();
  }

  private static CBORObject reference(Superbox assertion) {
    return hashed(SELF + ASSERTIONS + "/" + assertion.label(), assertion);
  }

  private static CBORObject hashed(String address, Superbox box) {
    return CBORObject.NewOrderedMap().Add("url", address).Add("hash", CredentialsHash.of(box.payload()));
  }

  /** The store with this manifest as its last, after those of what the picture was made from. */
  Superbox store(Superbox assertions, byte[] claim, byte[] signature) {
    List<Superbox> manifests = new ArrayList<>();
    if (provenance.ingredient() != null && provenance.ingredient().store() != null) {
      manifests.addAll(provenance.ingredient().manifests().children());
    }
    manifests.add(Superbox.of(Kind.MANIFEST, label, List.of(assertions, Superbox.of(Kind.CLAIM, CLAIM, claim),
        Superbox.of(Kind.SIGNATURE, SIGNATURE, signature))));
    return Superbox.of(Kind.STORE, STORE, manifests);
  }
}
