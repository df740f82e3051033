package org.zimage.picture.marking;

import java.util.regex.Pattern;

/**
 * The implicit label of GB 45438-2025, by which China wants pictures marked that a machine made.
 *
 * @param producer who answers for the pictures: a name or a code, 1 to {@value #MAX_PRODUCER} characters of {@value #CHARACTERS}
 * @param produceId what this producer calls the picture, in the same characters
 * @throws IllegalArgumentException when one has other characters
 */
public record AigcLabel(String producer, String produceId) {
  public static final int MAX_PRODUCER = 128;
  /** Those that need no escaping in JSON, and no other chunk than tEXt in a PNG. */
  public static final String CHARACTERS = "letters A to Z, digits, space and . _ : @ / -";
  /** The keyword of the label in a PNG. */
  public static final String KEYWORD = "AIGC";

  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._:@/-]([A-Za-z0-9 ._:@/-]{0,126}[A-Za-z0-9._:@/-])?");

  public AigcLabel {
    require(producer);
    require(produceId);
  }

  private static void require(String text) {
    if (!isAllowed(text)) {
      throw new IllegalArgumentException("A label of GB 45438 takes 1 to " + MAX_PRODUCER + " of " + CHARACTERS + " (got " + text + ")");
    }
  }

  /** Whether a label can name a producer or a picture so. */
  public static boolean isAllowed(String text) {
    return ALLOWED.matcher(text).matches();
  }

  /**
   * The label as JSON. Label 1 is a picture that certainly was made by a machine. Who made it is also the first who passed it on. The
   * two reserved fields are for codes that are agreed on with others, and empty.
   */
  public String json() {
    return """
        {"Label":"1","ContentProducer":"%s","ProduceID":"%s","ReservedCode1":"","ContentPropagator":"%1$s","PropagateID":"%2$s",\
        "ReservedCode2":""}""".formatted(producer, produceId);
  }
}
