package org.zimage.api;

import jakarta.json.JsonObject;
import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import java.util.List;
import org.zimage.api.model.ModelDefaults;

/**
 * The answer to {@code GET /v1/system}.
 *
 * @param queueDepth tasks that wait for a worker
 * @param running tasks that a worker has
 * @param oldestWaitSeconds how long the oldest of them has waited; 0 when none waits
 * @param limits what may be asked for
 * @param defaults what holds for a request that names no model, for fields that it leaves out; what is null is as {@link
 *     GenerateImageRequest} has it
 * @param workers those that were seen in the last half minute
 * @param models those that they serve, those that tasks wait for, and the default; empty where an earlier version answers
 */
public record SystemStatus(
    @JsonbProperty("queue_depth") long queueDepth,
    long running,
    @JsonbProperty("oldest_wait_seconds") long oldestWaitSeconds,
    Limits limits,
    ModelDefaults defaults,
    List<Worker> workers,
    List<Model> models) {

  public SystemStatus {
    models = models == null ? List.of() : models;
  }

  /** The same for others than the administrator. */
  public SystemStatus withoutMachines() {
    return new SystemStatus(queueDepth, running, oldestWaitSeconds, limits, defaults,
        workers.stream().map(worker -> new Worker(worker.name(), worker.model(), worker.card(), null)).toList(), models);
  }

  /**
   * What requests may ask for.
   *
   * @param minSide pixels
   * @param maxSide pixels
   */
  public record Limits(
      @JsonbProperty("min_side") int minSide,
      @JsonbProperty("max_side") int maxSide,
      @JsonbProperty("max_steps") int maxSteps,
      @JsonbProperty("max_guidance_scale") double maxGuidanceScale,
      @JsonbProperty("max_prompt_characters") int maxPromptCharacters) { }

  /**
   * A model and what it has to do.
   *
   * @param isDefault whether requests get it that name none
   * @param workers how many serve it
   * @param queueDepth its tasks that wait for a worker; tasks that any worker may take are the default's
   * @param running its tasks that a worker has
   */
  public record Model(
      String name,
      @JsonbProperty("default") boolean isDefault,
      int workers,
      @JsonbProperty("queue_depth") long queueDepth,
      long running) { }

  /**
   * A process with a loaded model.
   *
   * @param name unique among those alive
   * @param model the name by which requests choose it
   * @param card what is known of the model, such as {@code dtype}, {@code canvas_multiple} and {@code defaults}
   * @param machine where it runs: {@code device}, {@code computes_on}, {@code processors}, {@code free_memory_bytes},
   *     {@code largest_square} in pixels; null unless the administrator asks
   */
  public record Worker(String name, String model, JsonObject card, @JsonbNillable(false) JsonObject machine) {
    /** What the model takes for fields that a request leaves out. */
    public ModelDefaults defaults() {
      return ModelDefaults.ofCard(card);
    }
  }
}
