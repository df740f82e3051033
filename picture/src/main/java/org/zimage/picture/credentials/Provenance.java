package org.zimage.picture.credentials;

import java.util.Objects;

/**
 * What a picture's credentials say of it.
 *
 * @param digitalSourceType a URI of IPTC's vocabulary {@code http://cv.iptc.org/newscodes/digitalsourcetype/}
 * @param agent what made it
 * @param title a name of the picture; null for none
 * @param ingredient what it was made from; null for a picture that was made from nothing, which is <em>created</em>, not
 *     <em>edited</em>
 */
public record Provenance(String digitalSourceType, SoftwareAgent agent, String title, Ingredient ingredient) {
  public Provenance {
    Objects.requireNonNull(digitalSourceType);
    Objects.requireNonNull(agent);
  }

  /** The program that made a picture. */
  public record SoftwareAgent(String name, String version) {
    private static final String PRODUCT = "Z-Image EE";

    public SoftwareAgent {
      Objects.requireNonNull(name);
      Objects.requireNonNull(version);
    }

    /** This product, in the version of its archives. */
    public static SoftwareAgent product() {
      String version = SoftwareAgent.class.getPackage().getImplementationVersion();
      return new SoftwareAgent(PRODUCT, version == null ? "not packaged" : version);
    }
  }
}
