package org.zimage.task;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.UUID;

/**
 * Pictures that were asked for together. It is persisted with the first of its tasks; its status and its counters follow
 * from the tasks and are written with every change of one of them, by statements ({@code BatchTally}). Searches of the history read its
 * row by statements too.
 */
@Entity
@Table(name = "image_generation_batches")
public class GenerationBatch {
  @Id
  private UUID id;

  @Column(name = "api_client_id")
  private String apiClientId;

  @Column(name = "caller_label")
  private String callerLabel;

  private String prompt;

  @Column(name = "negative_prompt")
  private String negativePrompt;

  private int width;

  private int height;

  @Column(name = "num_inference_steps")
  private int numInferenceSteps;

  @Column(name = "guidance_scale")
  private double guidanceScale;

  @Column(name = "base_seed")
  private Long baseSeed;

  @Column(name = "batch_size")
  private int batchSize;

  private BatchStatus status;

  @Column(name = "success_count")
  private int successCount;

  @Column(name = "failed_count")
  private int failedCount;

  @Column(name = "created_at")
  private Timestamp createdAt;

  @Convert(converter = JsonbText.class)
  private String metadata;

  protected GenerationBatch() { }

  /**
   * A new batch, whose tasks all wait.
   *
   * @param owner null where authentication is off
   * @param parameters of its first task
   * @param size the number of pictures that are announced
   * @param metadata of its first task, as JSON; null for none
   */
  public GenerationBatch(UUID id, String owner, GenerationParameters parameters, int size, String metadata, Instant now) {
    this.id = id;
    this.apiClientId = owner;
    this.callerLabel = owner;
    this.prompt = parameters.prompt();
    this.negativePrompt = parameters.negativePrompt();
    this.width = parameters.width();
    this.height = parameters.height();
    this.numInferenceSteps = parameters.numInferenceSteps();
    this.guidanceScale = parameters.guidanceScale();
    this.baseSeed = parameters.seed();
    this.batchSize = size;
    this.status = BatchStatus.PENDING;
    this.createdAt = Timestamp.from(now);
    this.metadata = metadata;
  }

  public UUID id() {
    return id;
  }

  /** The owner; null for batches made where authentication was off. */
  public String apiClientId() {
    return apiClientId;
  }

  /** The number of pictures that were announced, or that came if they were more. */
  public int batchSize() {
    return batchSize;
  }
}
