package org.zimage.web.mcp;

import jakarta.json.JsonValue;

/** The protocol was used wrongly; the caller is told so in its own request's answer. */
final class RpcError extends RuntimeException {
  static final int INVALID_REQUEST = -32600;
  static final int METHOD_NOT_FOUND = -32601;
  static final int INVALID_PARAMS = -32602;
  static final int INTERNAL_ERROR = -32603;

  private final int code;

  RpcError(int code, String message) {
    super(message);
    this.code = code;
  }

  /** @param id of the request that it answers; NULL when that is not known */
  RpcAnswer answer(JsonValue id) {
    return new RpcAnswer(id, new RpcAnswer.Error(code, getMessage()));
  }
}
