package org.zimage.web.mcp;

import jakarta.json.JsonValue;
import jakarta.json.bind.annotation.JsonbNillable;

/**
 * A message of JSON-RPC 2.0 that goes to the caller: the answer to a request.
 *
 * @param id of the request; JSON's null when that is not known
 * @param result null with an error
 * @param error null with a result
 */
record RpcAnswer(String jsonrpc, JsonValue id, @JsonbNillable(false) Result result, @JsonbNillable(false) Error error) {

  /** What went wrong, with a code of JSON-RPC. */
  record Error(int code, String message) { }

  RpcAnswer(JsonValue id, Result result) {
    this("2.0", id, result, null);
  }

  RpcAnswer(JsonValue id, Error error) {
    this("2.0", id, null, error);
  }
}
