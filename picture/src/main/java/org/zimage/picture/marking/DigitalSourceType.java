package org.zimage.picture.marking;

/** How a picture came to be, in the words of the IPTC (NewsCodes, {@code digitalsourcetype}). */
public enum DigitalSourceType {
  /** A model drew all of it. */
  TRAINED_ALGORITHMIC_MEDIA("trainedAlgorithmicMedia"),

  /** A model drew it from another picture, parts of which may still be there. */
  COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA("compositeWithTrainedAlgorithmicMedia");

  private static final String NEWSCODES = "http://cv.iptc.org/newscodes/digitalsourcetype/";

  private final String code;

  DigitalSourceType(String code) {
    this.code = code;
  }

  /** That of a picture that a model drew, from nothing or from another picture. */
  public static DigitalSourceType ofDrawing(boolean fromPicture) {
    return fromPicture ? COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA : TRAINED_ALGORITHMIC_MEDIA;
  }

  /** The identifier that metadata carries. */
  public String uri() {
    return NEWSCODES + code;
  }
}
