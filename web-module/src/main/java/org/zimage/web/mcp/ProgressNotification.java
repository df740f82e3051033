package org.zimage.web.mcp;

import jakarta.json.JsonValue;

/** A message of JSON-RPC 2.0 that tells the caller how far its request is. */
record ProgressNotification(String jsonrpc, String method, Params params) {

  /**
   * How far it is.
   *
   * @param progressToken the caller's name for what it wants to hear
   */
  record Params(JsonValue progressToken, double progress, double total, String message) { }

  ProgressNotification(Params params) {
    this("2.0", "notifications/progress", params);
  }
}
