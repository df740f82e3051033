package org.zimage.task;

import static org.zimage.task.JsonLibrary.JSON;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.zimage.webhook.Webhook;
import org.zimage.webhook.WebhookReader;

/**
 * What a caller asks for: one picture. An instance holds only values that the contract allows.
 *
 * @param prompt 1…10,000 characters
 * @param height pixels, 64…2048
 * @param width pixels, 64…2048
 * @param numInferenceSteps 1…50
 * @param guidanceScale 0…20; 0 switches guidance off
 * @param seed any 64-bit integer; null: the server draws one
 * @param negativePrompt what guidance leads away from; may be null
 * @param cfgNormalization null: the model's own choice
 * @param cfgTruncation null: the model's own choice
 * @param maxSequenceLength tokens of the prompt that count, 1…1024; null: the model's own choice
 * @param metadata the caller's own object, at most 16 KiB as JSON; may be null
 * @param model the model to use; null: the one that is served
 * @param webhook who is told what happens to the task; null for nobody
 */
public record GenerationRequest(String prompt, int height, int width, int numInferenceSteps, double guidanceScale,
    Long seed, String negativePrompt, Boolean cfgNormalization, Double cfgTruncation, Integer maxSequenceLength,
    JsonObject metadata, String model, Webhook webhook) {

  /** A whole request as JSON. */
  public static final int MAX_BYTES = 1024 * 1024;

  public static final int MAX_PROMPT = 10_000;
  public static final int MIN_SIDE = 64;
  public static final int MAX_SIDE = 2048;
  public static final int DEFAULT_SIDE = 1024;
  public static final int MAX_STEPS = 50;
  public static final int DEFAULT_STEPS = 9;
  public static final double MAX_GUIDANCE = 20;
  public static final int MAX_SEQUENCE_LENGTH = 1024;
  public static final int MAX_METADATA_BYTES = 16 * 1024;

  /** Seeds that the service draws are below it: they fit into 32 bits, so that no client's number type rounds them. */
  static final long DRAWN_SEEDS = 1L << 32;

  /**
   * Reads a request's text.
   *
   * @throws InvalidRequest when it is no JSON, or for what {@link #read} refuses
   */
  public static GenerationRequest parse(String text) {
    return read(JsonText.parse(text));
  }

  /**
   * Reads a request's body. Unknown fields are ignored; numbers and booleans written as strings are accepted, as
   * clients of FastAPI services are used to.
   *
   * @throws InvalidRequest with every field that is wrong
   */
  public static GenerationRequest read(JsonValue body) {
    RequestReader fields = new RequestReader(body);
    String prompt = fields.requiredText("prompt", MAX_PROMPT);
    int height = fields.integer("height", DEFAULT_SIDE, MIN_SIDE, MAX_SIDE);
    int width = fields.integer("width", DEFAULT_SIDE, MIN_SIDE, MAX_SIDE);
    int steps = fields.integer("num_inference_steps", DEFAULT_STEPS, 1, MAX_STEPS);
    double guidance = fields.number("guidance_scale", 0, 0, MAX_GUIDANCE);
    Long seed = fields.longOrNull("seed");
    String negative = fields.textOrNull("negative_prompt", "", MAX_PROMPT);
    Boolean normalization = fields.booleanOrNull("cfg_normalization");
    Double truncation = fields.numberOrNull("cfg_truncation");
    Integer sequence = fields.integerOrNull("max_sequence_length", 1, MAX_SEQUENCE_LENGTH);
    JsonObject metadata = fields.objectOrNull("metadata", MAX_METADATA_BYTES);
    String model = fields.textOrNull("model", null, 255);
    Webhook webhook = fields.webhook();
    fields.throwProblems();
    return new GenerationRequest(prompt, height, width, steps, guidance, seed, negative, normalization, truncation,
        sequence, metadata, model, webhook);
  }

  /** The same request with a seed; null: the server draws one. */
  public GenerationRequest withSeed(Long drawn) {
    return new GenerationRequest(prompt, height, width, numInferenceSteps, guidanceScale, drawn, negativePrompt,
        cfgNormalization, cfgTruncation, maxSequenceLength, metadata, model, webhook);
  }

  /**
   * One request for each picture of a batch. A seed that was asked for is the first one's, the next number the next
   * one's.
   *
   * @param batch its name, a UUID or any text of this client
   * @throws InvalidRequest when the seeds would go beyond the largest
   */
  public List<GenerationRequest> asBatch(String batch, int count) {
    long largest = Long.MAX_VALUE - count + 1;
    if (seed != null && seed > largest) {
      throw new InvalidRequest(List.of(new Problem("less_than_equal", List.of("body", "seed"),
          "Input should be less than or equal to " + largest, JSON.createValue(seed))));
    }
    JsonObject own = metadata == null ? JsonValue.EMPTY_JSON_OBJECT : metadata;
    return IntStream.range(0, count).mapToObj(index -> withSeed(seed == null ? null : seed + index)
        .withMetadata(JSON.createObjectBuilder(own).add("batch_id", batch).add("batch_index", index)
            .add("batch_size", count).build())).toList();
  }

  private GenerationRequest withMetadata(JsonObject other) {
    return new GenerationRequest(prompt, height, width, numInferenceSteps, guidanceScale, seed, negativePrompt,
        cfgNormalization, cfgTruncation, maxSequenceLength, other, model, webhook);
  }

  /** The request as JSON, field by field in the document's order: equal requests have equal texts. */
  public JsonObject toJson() {
    JsonFields fields = JsonFields.object()
        .add("prompt", prompt)
        .add("height", height)
        .add("width", width)
        .add("num_inference_steps", numInferenceSteps)
        .add("guidance_scale", guidanceScale)
        .add("seed", seed)
        .add("negative_prompt", negativePrompt)
        .add("cfg_normalization", cfgNormalization)
        .add("cfg_truncation", cfgTruncation)
        .add("max_sequence_length", maxSequenceLength)
        .add("metadata", metadata)
        .add("model", model);
    if (webhook != null) {
      fields.add("webhook_url", webhook.url().toString()).add("webhook_events", WebhookReader.names(webhook.events()));
    }
    return fields.build();
  }

  static int bytes(JsonValue value) {
    return value.toString().getBytes(StandardCharsets.UTF_8).length;
  }
}
