package org.zimage.task.submission;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A request's place in a batch, read from its metadata.
 *
 * @param batchId null for a batch of its own
 * @param index the picture's place in the batch, from 0
 * @param size the number of pictures that the client announced, at least 1
 */
record BatchMembership(UUID batchId, int index, int size) {
  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}(-?)[0-9a-fA-F]{4}\\1[0-9a-fA-F]{4}\\1[0-9a-fA-F]{4}\\1[0-9a-fA-F]{12}");

  /**
   * Reads the metadata of a request.
   *
   * @param clientId whose words these are: the same text of two clients names two batches; null for anonymous ones
   */
  static BatchMembership of(JsonObject metadata, String clientId) {
    if (metadata == null) {
      return new BatchMembership(null, 0, 1);
    }
    return new BatchMembership(batchId(metadata.get("batch_id"), clientId),
        number(metadata.get("batch_index"), 0), number(metadata.get("batch_size"), 1));
  }

  private static UUID batchId(JsonValue value, String clientId) {
    if (value == null || value.getValueType() == JsonValue.ValueType.NULL) {
      return null;
    }
    String text = value instanceof JsonString string ? string.getString().strip() : value.toString();
    if (text.isEmpty()) {
      return null;
    }
    if (UUID_FORM.matcher(text).matches()) {
      String plain = text.replace("-", "");
      return new UUID(Long.parseUnsignedLong(plain.substring(0, 16), 16), Long.parseUnsignedLong(plain.substring(16), 16));
    }
    return UUID.nameUUIDFromBytes(("batch\n" + clientId + "\n" + text).getBytes(StandardCharsets.UTF_8));
  }

  /** Whole numbers from the least one on; whatever else clients put there counts as that one. */
  private static int number(JsonValue value, int least) {
    BigDecimal number = value instanceof JsonNumber json ? json.bigDecimalValue() : BigDecimal.valueOf(least);
    boolean usable = number.compareTo(BigDecimal.valueOf(least)) >= 0
        && number.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0;
    return usable ? number.intValue() : least;
  }
}
