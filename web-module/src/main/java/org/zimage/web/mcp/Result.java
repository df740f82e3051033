package org.zimage.web.mcp;

import jakarta.json.JsonArray;
import jakarta.json.bind.annotation.JsonbNillable;
import java.util.List;

/** What a request is answered with. {@code resultType} is null for versions of the protocol that do not know it. */
sealed interface Result permits Result.Handshake, Result.Discovery, Result.Pong, Result.ToolList, ToolResult {

  /** The answer to {@code initialize}. */
  record Handshake(String protocolVersion, Capabilities capabilities, ServerInfo serverInfo, String instructions,
      @JsonbNillable(false) String resultType) implements Result { }

  /** The answer to {@code server/discover}. */
  record Discovery(long ttlMs, String cacheScope, List<String> supportedVersions, Capabilities capabilities,
      String instructions, @JsonbNillable(false) String resultType) implements Result { }

  /** The answer to {@code ping}. */
  record Pong(@JsonbNillable(false) String resultType) implements Result { }

  /** The answer to {@code tools/list}. */
  record ToolList(long ttlMs, String cacheScope, JsonArray tools, @JsonbNillable(false) String resultType) implements Result { }

  /** What this server can do. */
  record Capabilities(Tools tools) { }

  /** That it has tools, and nothing else. */
  record Tools() { }

  /** Who answers. */
  record ServerInfo(String name, String title, String version) { }
}
