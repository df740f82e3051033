package org.zimage.task.view;

import jakarta.json.JsonObject;
import java.util.logging.Logger;
import org.zimage.log.OnceInLog;
import org.zimage.request.JsonText;

/** Reads the metadata of a row, which an older installation may have stored in a form that JSON readers refuse. */
final class StoredMetadata {
  /** Characters; more than any request brings. */
  static final int LONGEST = JsonText.MAX_BYTES;

  private static final Logger LOG = Logger.getLogger(StoredMetadata.class.getName());
  private static final OnceInLog SAID = new OnceInLog();

  private StoredMetadata() { }

  /**
   * @param text the column; null for none
   * @return null for none, for what is no object, and for what cannot be read
   */
  static JsonObject of(String taskId, String text) {
    JsonObject metadata =
        text == null || text.length() > LONGEST ? null : JsonText.stored(text).orElse(null);
    if (text != null && metadata == null && SAID.isFirst(taskId)) {
      LOG.warning("Task " + taskId + ": its metadata cannot be read and are shown as null");
    }
    return metadata;
  }
}
