package org.zimage.web.mcp;

/** The protocol was used wrongly; the caller is told so in its own request's answer. */
final class RpcError extends RuntimeException {
  static final int METHOD_NOT_FOUND = -32601;
  static final int INVALID_PARAMS = -32602;

  private static final long serialVersionUID = 1L;

  private final int code;

  RpcError(int code, String message) {
    super(message);
    this.code = code;
  }

  int code() {
    return code;
  }
}
