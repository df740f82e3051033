package org.zimage.task;

import static org.zimage.task.JsonLibrary.JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.json.JsonArrayBuilder;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.List;

/** Writes tasks that have nothing to do with each other in one transaction. Thread-safe. */
@ApplicationScoped
public class NewTasks {
  private static final String INSERT = """
      WITH asked AS (SELECT * FROM json_to_recordset(CAST(?1 AS json)) AS asked (
        task_id text, batch_id uuid, batch_index integer, batch_size integer, client text, created_at timestamptz,
        prompt text, negative_prompt text, width integer, height integer, num_inference_steps integer,
        guidance_scale double precision, seed bigint, cfg_normalization boolean, cfg_truncation double precision,
        max_sequence_length integer, metadata jsonb)),
      batches AS (
        INSERT INTO image_generation_batches (id, api_client_id, caller_label, prompt, negative_prompt, width, height,
          num_inference_steps, guidance_scale, base_seed, batch_size, status, success_count, failed_count, created_at,
          metadata)
        SELECT batch_id, client, client, prompt, negative_prompt, width, height, num_inference_steps, guidance_scale,
          seed, batch_size, 'pending', 0, 0, created_at, metadata FROM asked)
      INSERT INTO image_generation_tasks (task_id, batch_id, batch_index, seed, status, prompt, negative_prompt, width,
        height, num_inference_steps, guidance_scale, cfg_normalization, cfg_truncation, max_sequence_length,
        created_at, metadata)
      SELECT task_id, batch_id, batch_index, seed, 'pending', prompt, negative_prompt, width, height,
        num_inference_steps, guidance_scale, cfg_normalization, cfg_truncation, max_sequence_length, created_at,
        metadata FROM asked""";

  private final EntityManager entities;
  private final Event<TaskWaiting> waiting;
  private final Event<TasksAccepted> accepted;

  protected NewTasks() {
    this(null, null, null);
  }

  @Inject
  public NewTasks(EntityManager entities, Event<TaskWaiting> waiting, Event<TasksAccepted> accepted) {
    this.entities = entities;
    this.waiting = waiting;
    this.accepted = accepted;
  }

  /** Tasks that nobody has asked to be called about were made in this transaction. */
  public record TasksAccepted(List<TaskChanged> tasks) {
    public TasksAccepted {
      tasks = List.copyOf(tasks);
    }
  }

  /** Writes all of them, or none. */
  @Transactional
  void insert(List<NewTask> tasks) {
    JsonArrayBuilder rows = JSON.createArrayBuilder();
    tasks.forEach(task -> rows.add(task.toJson()));
    entities.createNativeQuery(INSERT).setParameter(1, rows.build().toString()).executeUpdate();
    accepted.fire(new TasksAccepted(tasks.stream().map(NewTask::toChange).toList()));
    waiting.fire(new TaskWaiting(tasks.stream().map(NewTask::id).toList()));
  }
}
