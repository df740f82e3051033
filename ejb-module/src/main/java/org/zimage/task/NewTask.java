package org.zimage.task;

import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.UUID;
import org.zimage.caller.Caller;

/**
 * A task that is about to be written, with a batch of its own.
 *
 * @param client whose it is; null for nobody's
 */
record NewTask(TaskId id, UUID batchId, BatchMembership membership, GenerationRequest request, String client,
    Instant createdAt) {

  static NewTask of(GenerationRequest request, Caller caller, Instant now) {
    BatchMembership membership = BatchMembership.of(request.metadata(), caller.clientId());
    return new NewTask(TaskId.random(), UUID.randomUUID(), membership, request, caller.clientId(), now);
  }

  TaskChanged toChange() {
    return new TaskChanged(new GenerationTask(id, batchId, membership.index(), request, createdAt), client);
  }

  /** The row's columns by the names that {@link NewTasks} reads. */
  JsonObject toJson() {
    return JsonFields.object()
        .add("task_id", id.value())
        .add("batch_id", batchId.toString())
        .add("batch_index", membership.index())
        .add("batch_size", membership.size())
        .add("client", client)
        .add("created_at", createdAt.toString())
        .add("prompt", request.prompt())
        .add("negative_prompt", request.negativePrompt())
        .add("width", request.width())
        .add("height", request.height())
        .add("num_inference_steps", request.numInferenceSteps())
        .add("guidance_scale", request.guidanceScale())
        .add("seed", request.seed())
        .add("cfg_normalization", request.cfgNormalization())
        .add("cfg_truncation", request.cfgTruncation())
        .add("max_sequence_length", request.maxSequenceLength())
        .add("metadata", request.metadata())
        .build();
  }
}
