package org.zimage.web.mcp;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.api.ValidationError.Problem;
import org.zimage.audit.Deed;
import org.zimage.audit.Refusals;
import org.zimage.caller.Caller;
import org.zimage.error.InvalidRequest;
import org.zimage.error.ZImageException;
import org.zimage.history.BatchNotFound;
import org.zimage.history.History;
import org.zimage.image.ImageStore;
import org.zimage.input.InputPictures;
import org.zimage.json.JsonInteger;
import org.zimage.task.TaskId;
import org.zimage.task.TaskState;
import org.zimage.task.lifecycle.Cancellation;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;
import org.zimage.web.waiting.Waits;

/** The tools that draw and edit: a call is answered when the pictures are there. Thread-safe. */
@ApplicationScoped
public class Drawing {
  static final int MAX_COUNT = 4;

  private static final Logger LOG = Logger.getLogger(Drawing.class.getName());
  private static final String EDIT = "edit_image";
  private static final int FAILED = 500;

  /** The tools that change something, and what. */
  static final Map<String, Deed> DEEDS = Map.of("generate_image", Deed.TASK_SUBMIT, EDIT, Deed.TASK_SUBMIT);

  private final InputPictures inputs;
  private final Submission submission;
  private final Cancellation cancellation;
  private final History history;
  private final ImageStore store;
  private final Waits waits;
  private final Refusals refusals;

  protected Drawing() {
    this(null, null, null, null, null, null, null);
  }

  @Inject
  public Drawing(InputPictures inputs, Submission submission, Cancellation cancellation, History history, ImageStore store, Waits waits,
      Refusals refusals) {
    this.inputs = inputs;
    this.submission = submission;
    this.cancellation = cancellation;
    this.history = history;
    this.store = store;
    this.waits = waits;
    this.refusals = refusals;
  }

  /** Whether a request calls one of these tools. */
  boolean isMeant(RpcMessage message) {
    return message.method().equals("tools/call") && DEEDS.containsKey(tool(message));
  }

  private static String tool(RpcMessage message) {
    return message.params().getString("name", "");
  }

  /** Begins to draw and returns at once. */
  void begin(RpcCall call, HttpServletRequest connection) {
    UUID batch = call.batch();
    List<TaskId> tasks;
    try {
      tasks = submission.submit(requests(call, batch), call.caller(), null);
    } catch (ZImageException refused) {
      note(call, refused.status());
      call.result(ToolResult.failed(refused.getMessage(), call));
      return;
    }
    waits.begin(tasks, call.caller(), new McpCaller(call.whileItWaits(), batch, store), connection);
  }

  /** Records that a request of a batch failed, the others of which are answered. */
  void noteFailure(RpcCall call) {
    if (isMeant(call.request())) {
      note(call, FAILED);
    }
  }

  private void note(RpcCall call, int status) {
    refusals.note(DEEDS.get(tool(call.request())), call.caller().actor(), status, null);
  }

  private List<GenerationRequest> requests(RpcCall call, UUID batch) {
    JsonObject params = call.request().params();
    JsonObject arguments = ToolResult.arguments(params);
    GenerationRequest one = GenerationRequest.read(arguments);
    if (EDIT.equals(params.getString("name")) && one.parameters().image() == null) {
      throw new InvalidRequest(List.of(new Problem("missing", List.of("image"),
          "Field required: a data URL of a picture in base64, or task: and the id of a finished task", JsonValue.NULL)));
    }
    return inputs.keep(one, call.uploads(), call.caller())
        .asBatch(batch.toString(), count(arguments.getOrDefault("count", JsonValue.NULL)));
  }

  private static int count(JsonValue value) {
    if (value.getValueType() == JsonValue.ValueType.NULL) {
      return 1;
    }
    return JsonInteger.between(1, MAX_COUNT, value).orElseThrow(() -> new InvalidRequest(List.of(new Problem("value_error",
        List.of("count"), "count must be a whole number from 1 to " + MAX_COUNT, value))));
  }

  /** Of all notifications only the wish to cancel means something here. */
  void notified(RpcMessage message, Caller caller, String session) {
    JsonValue requestId = message.params().get("requestId");
    if (message.method().equals("notifications/cancelled") && session != null && requestId != null) {
      cancel(RpcCall.batch(caller, session, requestId.toString()), caller);
    }
  }

  private void cancel(UUID batch, Caller caller) {
    try {
      history.pictures(history.batch(batch.toString(), caller)).filter(picture -> !TaskState.of(picture.status()).isFinal())
          .forEach(picture -> cancellation.cancel(picture.taskId(), caller));
    } catch (BatchNotFound e) {
      LOG.log(Level.FINE, "A request was cancelled that draws nothing: {0}", batch);
    }
  }
}
