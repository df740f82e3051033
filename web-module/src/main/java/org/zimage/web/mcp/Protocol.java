package org.zimage.web.mcp;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.zimage.error.InvalidRequest;
import org.zimage.error.Problem;
import org.zimage.error.ZImageException;
import org.zimage.history.BatchSummary;
import org.zimage.history.History;
import org.zimage.history.BatchFilter;
import org.zimage.history.PromptWords;
import org.zimage.json.Excerpt;
import org.zimage.json.JsonFields;
import org.zimage.json.UtcTime;
import org.zimage.request.StorableJson;
import org.zimage.task.view.Tasks;

/** The requests that are answered at once. Thread-safe. */
@ApplicationScoped
public class Protocol {
  /** With a handshake, the newest last, and without. */
  private static final List<String> VERSIONS = List.of("2025-03-26", "2025-06-18", "2025-11-25");
  private static final List<String> ALL_VERSIONS =
      Stream.concat(VERSIONS.stream(), Stream.of(Conversation.WITHOUT_HANDSHAKE)).toList();
  private static final String INSTRUCTIONS =
      "Draws pictures with Z-Image. Prompts are plain descriptions in English or Chinese; show the person the pictures' "
          + "addresses.";
  private static final int DEFAULT_LIMIT = 20;

  private final Tasks tasks;
  private final History history;
  private final JsonArray tools = readTools();

  protected Protocol() {
    this(null, null);
  }

  @Inject
  public Protocol(Tasks tasks, History history) {
    this.tasks = tasks;
    this.history = history;
  }

  private static JsonArray readTools() {
    try (InputStream in = Protocol.class.getResourceAsStream("tools.json"); JsonReader reader = JSON.createReader(in)) {
      return reader.readArray();
    } catch (IOException e) {
      throw new IllegalStateException("tools.json cannot be read", e);
    }
  }

  /**
   * Looks at the version that a caller says it speaks.
   *
   * @param version null for a caller that does not say
   * @throws RpcError when there is no such version
   */
  static void check(String version) {
    if (version != null && !ALL_VERSIONS.contains(version)) {
      throw new RpcError(RpcError.INVALID_REQUEST, "Unsupported protocol version: " + Excerpt.of(version)
          + " (supported: " + String.join(", ", ALL_VERSIONS) + ")");
    }
  }

  /**
   * The result of a request.
   *
   * @throws RpcError when there is no such method or tool
   */
  JsonObject answer(Conversation conversation) {
    JsonObject params = conversation.request().params();
    return switch (conversation.request().method()) {
      case "initialize" -> initialize(params);
      case "server/discover" -> cacheable().add("supportedVersions", JSON.createArrayBuilder()
          .add(Conversation.WITHOUT_HANDSHAKE)).add("capabilities", capabilities()).add("instructions", INSTRUCTIONS)
          .build();
      case "ping" -> JsonValue.EMPTY_JSON_OBJECT;
      case "tools/list" -> cacheable().add("tools", tools).build();
      case "tools/call" -> call(conversation, params);
      default -> throw new RpcError(RpcError.METHOD_NOT_FOUND,
          "Method not found: " + Excerpt.of(conversation.request().method()));
    };
  }

  private static JsonObjectBuilder cacheable() {
    return JSON.createObjectBuilder().add("ttlMs", 0).add("cacheScope", "private");
  }

  private static JsonObject capabilities() {
    return JSON.createObjectBuilder().add("tools", JsonValue.EMPTY_JSON_OBJECT).build();
  }

  private static JsonObject initialize(JsonObject params) {
    String wanted = params.get("protocolVersion") instanceof JsonString version ? version.getString() : "";
    return JSON.createObjectBuilder()
        .add("protocolVersion", VERSIONS.contains(wanted) ? wanted : VERSIONS.get(VERSIONS.size() - 1))
        .add("capabilities", capabilities())
        .add("serverInfo",
            JSON.createObjectBuilder().add("name", "z-image").add("title", "Z-Image").add("version", "1"))
        .add("instructions", INSTRUCTIONS)
        .build();
  }

  private JsonObject call(Conversation conversation, JsonObject params) {
    JsonObject arguments = ToolResult.arguments(params);
    try {
      return switch (params.getString("name", "")) {
        case "look_up_task" ->
            ToolResult.structured(tasks.find(text(arguments, "task_id"), conversation.caller()).toJson(conversation.prefix()));
        case "list_pictures" -> ToolResult.structured(list(conversation, arguments));
        default -> throw new RpcError(RpcError.INVALID_PARAMS,
            "Unknown tool: " + Excerpt.of(String.valueOf(params.get("name"))));
      };
    } catch (ZImageException refused) {
      return ToolResult.failed(refused.getMessage());
    }
  }

  private JsonObject list(Conversation conversation, JsonObject arguments) {
    PromptWords words = words(text(arguments, "query"));
    int limit = arguments.get("limit") instanceof JsonNumber number ? limit(number.bigDecimalValue()) : DEFAULT_LIMIT;
    JsonArrayBuilder batches = JSON.createArrayBuilder();
    history.page(conversation.caller(), new BatchFilter(words, null, null, null, null), limit, 0).batches()
        .forEach(batch -> batches.add(summary(batch, conversation.address())));
    return JSON.createObjectBuilder().add("batches", batches).build();
  }

  static PromptWords words(String query) {
    if (query.length() > PromptWords.MAX_LENGTH) {
      throw new InvalidRequest(List.of(new Problem("string_too_long", List.of("query"),
          "String should have at most " + PromptWords.MAX_LENGTH + " characters", JSON.createValue(query))));
    }
    StorableJson.check("query", query);
    return PromptWords.parse(query).orElse(null);
  }

  /** Brought into what a page can have before it is cut to an integer. */
  private static int limit(BigDecimal number) {
    return number.max(BigDecimal.ONE).min(BigDecimal.valueOf(History.MAX_PAGE)).intValue();
  }

  private static JsonObject summary(BatchSummary batch, String address) {
    return JsonFields.object()
        .add("batch_id", batch.batchId())
        .add("status", batch.status().name())
        .add("created_at", UtcTime.format(batch.createdAt()))
        .add("prompt", batch.prompt())
        .add("width", batch.width())
        .add("height", batch.height())
        .add("seed", batch.seed())
        .add("pictures", batch.batchSize())
        .add("png", batch.relativePath() == null ? null : address + "/generated-images/" + batch.relativePath())
        .build();
  }

  private static String text(JsonObject arguments, String name) {
    return arguments.get(name) instanceof JsonString string ? string.getString() : "";
  }
}
