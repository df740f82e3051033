package org.zimage.web.mcp;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.bind.annotation.JsonbProperty;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.zimage.api.SystemStatus;
import org.zimage.api.ValidationError.Problem;
import org.zimage.api.origin.PictureOrigin;
import org.zimage.error.InvalidRequest;
import org.zimage.error.ZImageException;
import org.zimage.history.BatchFilter;
import org.zimage.history.History;
import org.zimage.history.PromptWords;
import org.zimage.json.Excerpt;
import org.zimage.origin.PictureVerification;
import org.zimage.request.StorableJson;
import org.zimage.system.SystemOverview;
import org.zimage.task.view.Tasks;
import org.zimage.web.mcp.Result.Capabilities;
import org.zimage.web.mcp.Result.Discovery;
import org.zimage.web.mcp.Result.Handshake;
import org.zimage.web.mcp.Result.Pong;
import org.zimage.web.mcp.Result.ServerInfo;
import org.zimage.web.mcp.Result.ToolList;
import org.zimage.web.mcp.Result.Tools;

/** The requests that are answered at once. Thread-safe. */
@ApplicationScoped
public class Protocol {
  /** With a handshake, the newest last, and without. */
  private static final List<String> VERSIONS = List.of("2025-03-26", "2025-06-18", "2025-11-25");
  private static final List<String> ALL_VERSIONS =
      Stream.concat(VERSIONS.stream(), Stream.of(RpcCall.WITHOUT_HANDSHAKE)).toList();
  private static final String INSTRUCTIONS =
      "Draws pictures with Z-Image. Prompts are plain descriptions in English or Chinese; show the person the pictures' "
          + "addresses.";
  private static final Capabilities CAPABILITIES = new Capabilities(new Tools());
  private static final String SCOPE = "private";
  private static final int DEFAULT_LIMIT = 20;

  private final Tasks tasks;
  private final History history;
  private final SystemOverview system;
  private final PictureVerification verification;
  private final ToolDescriptions tools = ToolDescriptions.read();

  protected Protocol() {
    this(null, null, null, null);
  }

  @Inject
  public Protocol(Tasks tasks, History history, SystemOverview system, PictureVerification verification) {
    this.tasks = tasks;
    this.history = history;
    this.system = system;
    this.verification = verification;
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
  Result answer(RpcCall call) {
    JsonObject params = call.request().params();
    String complete = call.resultType();
    return switch (call.request().method()) {
      case "initialize" -> new Handshake(version(params), CAPABILITIES, new ServerInfo("z-image", "Z-Image", "1"), INSTRUCTIONS,
          complete);
      case "server/discover" ->
          new Discovery(0, SCOPE, List.of(RpcCall.WITHOUT_HANDSHAKE), CAPABILITIES, INSTRUCTIONS, complete);
      case "ping" -> new Pong(complete);
      case "tools/list" -> new ToolList(0, SCOPE, tools.with(system.defaults()), complete);
      case "tools/call" -> call(call, params);
      default -> throw new RpcError(RpcError.METHOD_NOT_FOUND,
          "Method not found: " + Excerpt.of(call.request().method()));
    };
  }

  private static String version(JsonObject params) {
    String wanted = params.get("protocolVersion") instanceof JsonString version ? version.getString() : "";
    return VERSIONS.contains(wanted) ? wanted : VERSIONS.get(VERSIONS.size() - 1);
  }

  private ToolResult call(RpcCall call, JsonObject params) {
    JsonObject arguments = ToolResult.arguments(params);
    try {
      return switch (params.getString("name", "")) {
        case "look_up_task" -> ToolResult.structured(tasks.find(text(arguments, "task_id"), call.caller()).status()
            .below(call.prefix()), call);
        case "list_pictures" -> ToolResult.structured(list(call, arguments), call);
        case "verify_image" -> ToolResult.structured(verify(call, text(arguments, "image")), call);
        case "list_models" -> ToolResult.structured(new ModelList(system.now().models()), call);
        default -> throw new RpcError(RpcError.INVALID_PARAMS,
            "Unknown tool: " + Excerpt.of(String.valueOf(params.get("name"))));
      };
    } catch (ZImageException refused) {
      return ToolResult.failed(refused.getMessage(), call);
    }
  }

  /** @param image what the picture is called that came with the request */
  private PictureOrigin verify(RpcCall call, String image) {
    try (InputStream file = call.uploads().open(image).orElseThrow(() -> new InvalidRequest(List.of(new Problem("value_error",
        List.of("image"), "Value error, image should be a data URL of a PNG, JPEG or WebP picture in base64", JSON.createValue(image)))))) {
      return verification.verify(file, List.of("image"), call.caller()).below(call.prefix());
    } catch (IOException unreadable) {
      throw new UncheckedIOException("The picture could not be read", unreadable);
    }
  }

  /** What pictures can be drawn with. */
  private record ModelList(List<SystemStatus.Model> models) { }

  /** A part of the history. */
  private record BatchList(List<Batch> batches) { }

  /**
   * One line of it.
   *
   * @param pictures how many were asked for
   * @param png the first finished picture's address; null when there is none
   */
  private record Batch(@JsonbProperty("batch_id") String batchId, String status,
      @JsonbProperty("created_at") Instant createdAt, String prompt, int width, int height, Long seed, int pictures, String png) { }

  private BatchList list(RpcCall call, JsonObject arguments) {
    PromptWords words = words(text(arguments, "query"));
    int limit = arguments.get("limit") instanceof JsonNumber number ? limit(number.bigDecimalValue()) : DEFAULT_LIMIT;
    String folder = call.address() + "/generated-images/";
    return new BatchList(history.page(call.caller(), new BatchFilter(words, null, null, null, null), limit, 0).batches()
        .stream().map(batch -> new Batch(batch.taskId(), batch.status(), batch.createdAt(), batch.prompt(), batch.width(),
            batch.height(), batch.seed(), batch.batchSize(),
            batch.relativePath() == null ? null : folder + batch.relativePath())).toList());
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

  private static String text(JsonObject arguments, String name) {
    return arguments.get(name) instanceof JsonString string ? string.getString() : "";
  }
}
