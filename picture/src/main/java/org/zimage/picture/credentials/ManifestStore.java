package org.zimage.picture.credentials;

import com.upokecenter.cbor.CBORObject;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zimage.picture.credentials.format.CredentialsHash;
import org.zimage.picture.credentials.format.MalformedCredentials;
import org.zimage.picture.credentials.format.Superbox.Kind;
import org.zimage.picture.credentials.format.Superbox;
import org.zimage.picture.credentials.format.UnsupportedCredentials;

/** The manifests of one file: its own, and those of what it was made from. */
final class ManifestStore {
  private static final String INGREDIENT = "c2pa.ingredient";

  private ManifestStore() { }

  /** The manifest of the file itself: the last one. Those before are of what it was made from. */
  static Superbox active(Superbox store) {
    List<Superbox> manifests = store.require(Kind.STORE).children();
    if (!store.label().equals(ManifestDraft.STORE) || manifests.isEmpty()) {
      throw new MalformedCredentials("there is no manifest");
    }
    return manifests.get(manifests.size() - 1).require(Kind.MANIFEST);
  }

  /**
   * Checks that the manifests of what a picture was made from are those that it names, and so on to the first.
   *
   * @param manifest whose assertions were checked
   * @throws MalformedCredentials when one is missing or was changed
   */
  static void checkIngredients(Superbox store, Superbox manifest) {
    Map<String, Superbox> others = new HashMap<>();
    store.children().forEach(each -> others.put(ManifestDraft.address(each.label()), each));
    others.remove(ManifestDraft.address(manifest.label()));
    Deque<Superbox> unchecked = new ArrayDeque<>(List.of(manifest));
    while (!unchecked.isEmpty()) {
      for (CBORObject reference : references(unchecked.pop())) {
        // A manifest that two refer to is looked at once
        Superbox ingredient = others.remove(reference.get("url").AsString());
        if (ingredient != null) {
          checkHash(ingredient, reference);
          unchecked.push(ingredient);
        }
      }
    }
    if (!others.isEmpty()) {
      throw new UnsupportedCredentials("there are manifests of which nothing says what they are for");
    }
  }

  private static void checkHash(Superbox ingredient, CBORObject reference) {
    CBORObject hash = reference.get("hash");
    if (hash == null || !MessageDigest.isEqual(CredentialsHash.of(ingredient.payload()), hash.GetByteString())) {
      throw new MalformedCredentials("the credentials of what it was made from were changed");
    }
  }

  private static List<CBORObject> references(Superbox manifest) {
    Optional<Superbox> assertions = manifest.child(ManifestDraft.ASSERTIONS);
    return assertions.isEmpty() ? List.of() : assertions.get().children().stream()
        .filter(assertion -> assertion.label().startsWith(INGREDIENT))
        .map(assertion -> assertion.read().get("activeManifest"))
        .filter(reference -> reference != null && reference.get("url") != null).toList();
  }
}
