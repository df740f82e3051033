package org.zimage.audit;

import java.util.Locale;

/** Where calls come in. */
public enum Door {
  HTTP,
  /** HTTP by the routes of OpenAI's API. */
  OPENAI,
  MCP,
  /** The queue {@code zimage.requests}, whatever protocol its senders speak. */
  JMS,
  /** Nowhere: a node's own work. */
  NODE;

  /** As the database and answers call it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
