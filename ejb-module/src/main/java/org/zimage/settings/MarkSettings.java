package org.zimage.settings;

import org.zimage.picture.marking.AigcLabel;

/**
 * What finished pictures say of themselves. That a machine made them they always say.
 *
 * @param embedsParameters ZIMAGE_EMBED_PARAMETERS: whether PNG files carry prompt and parameters, where a request does not refuse it
 * @param aigcProducer ZIMAGE_AIGC_PRODUCER: who answers for the pictures in a label of GB 45438; null: there is no such label
 */
public record MarkSettings(boolean embedsParameters, String aigcProducer) {
  private static final String PRODUCER = "ZIMAGE_AIGC_PRODUCER";

  static MarkSettings read(Settings.Reader reader) {
    String producer = reader.text(PRODUCER, null);
    if (producer != null && !AigcLabel.isAllowed(producer)) {
      throw new InvalidSetting(PRODUCER, producer, "1 to " + AigcLabel.MAX_PRODUCER + " of " + AigcLabel.CHARACTERS);
    }
    return new MarkSettings(reader.flag("ZIMAGE_EMBED_PARAMETERS", true), producer);
  }

  /** The label of a picture; null where there is none. */
  public AigcLabel label(String imageId) {
    return aigcProducer == null ? null : new AigcLabel(aigcProducer, imageId);
  }
}
