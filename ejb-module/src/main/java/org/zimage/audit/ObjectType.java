package org.zimage.audit;

import java.util.Locale;
import java.util.regex.Pattern;

/** What deeds are done to, and what its ids look like. */
public enum ObjectType {
  TASK("[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
  BATCH("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
  CLIENT("admin|key_[0-9a-f]{8,64}"),
  /** Its ids are names that the administrator gives: of everybody else's calls, they could be any text. */
  LORA(null),
  NONE(null);

  private final Pattern opaque;

  ObjectType(String opaque) {
    this.opaque = opaque == null ? null : Pattern.compile(opaque);
  }

  /** Whether a text that somebody sent is an id of such an object, and so cannot be a text that people have written. */
  boolean isOpaque(String sent) {
    return opaque != null && opaque.matcher(sent.toLowerCase(Locale.ROOT)).matches();
  }

  /** As answers call it; null for none. */
  public String word() {
    return this == NONE ? null : name().toLowerCase(Locale.ROOT);
  }
}
