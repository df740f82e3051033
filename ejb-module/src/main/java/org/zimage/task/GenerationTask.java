package org.zimage.task;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/**
 * One picture that was asked for. Made by {@link Submission}; from then on only {@link TaskLedger} writes it. Without the
 * caller's metadata: they mean nothing to the task, and whoever works on it shall not fail because of them.
 */
@Entity
@Table(name = "image_generation_tasks")
public class GenerationTask {
  @Id
  @Column(name = "task_id")
  private String taskId;

  @Column(name = "batch_id")
  private UUID batchId;

  @ManyToOne(fetch = FetchType.LAZY)
  @JoinColumn(name = "batch_id", insertable = false, updatable = false)
  private GenerationBatch batch;

  @Column(name = "batch_index")
  private int batchIndex;

  private Long seed;

  private TaskStatus status;

  @Column(name = "error_code")
  private String errorCode;

  @Column(name = "error_hint")
  private String errorHint;

  @Column(name = "error_message")
  private String errorMessage;

  private String prompt;

  @Column(name = "negative_prompt")
  private String negativePrompt;

  private int width;

  private int height;

  @Column(name = "num_inference_steps")
  private int numInferenceSteps;

  @Column(name = "guidance_scale")
  private double guidanceScale;

  @Column(name = "cfg_normalization")
  private Boolean cfgNormalization;

  @Column(name = "cfg_truncation")
  private Double cfgTruncation;

  @Column(name = "max_sequence_length")
  private Integer maxSequenceLength;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "finished_at")
  private Instant finishedAt;

  @Column(name = "image_id")
  private String imageId;

  @Column(name = "output_path")
  private String outputPath;

  @Column(name = "preview_path")
  private String previewPath;

  @Column(name = "relative_path")
  private String relativePath;

  @Column(name = "preview_relative_path")
  private String previewRelativePath;

  private int attempt;

  @Column(name = "handed_back")
  private int handedBack;

  private String worker;

  @Column(name = "lease_until")
  private Instant leaseUntil;

  @Column(name = "dispatched_at")
  private Instant dispatchedAt;

  @Column(name = "started_at")
  private Instant startedAt;

  @Column(name = "cancel_requested_at")
  private Instant cancelRequestedAt;

  private int step;

  private String model;

  protected GenerationTask() { }

  /** A new task, waiting for its first worker. */
  GenerationTask(TaskId id, UUID batchId, int batchIndex, GenerationRequest request, Instant now) {
    this.taskId = id.value();
    this.batchId = batchId;
    this.batchIndex = batchIndex;
    this.seed = request.seed();
    this.status = TaskStatus.PENDING;
    this.prompt = request.prompt();
    this.negativePrompt = request.negativePrompt();
    this.width = request.width();
    this.height = request.height();
    this.numInferenceSteps = request.numInferenceSteps();
    this.guidanceScale = request.guidanceScale();
    this.cfgNormalization = request.cfgNormalization();
    this.cfgTruncation = request.cfgTruncation();
    this.maxSequenceLength = request.maxSequenceLength();
    this.createdAt = now;
    this.model = request.model();
  }

  public String taskId() {
    return taskId;
  }

  public UUID batchId() {
    return batchId;
  }

  public GenerationBatch batch() {
    return batch;
  }

  public int batchIndex() {
    return batchIndex;
  }

  public Long seed() {
    return seed;
  }

  public TaskStatus status() {
    return status;
  }

  public String errorCode() {
    return errorCode;
  }

  public String errorHint() {
    return errorHint;
  }

  public String errorMessage() {
    return errorMessage;
  }

  public String prompt() {
    return prompt;
  }

  public String negativePrompt() {
    return negativePrompt;
  }

  /** Pixels. */
  public int width() {
    return width;
  }

  /** Pixels. */
  public int height() {
    return height;
  }

  public int numInferenceSteps() {
    return numInferenceSteps;
  }

  public double guidanceScale() {
    return guidanceScale;
  }

  public Boolean cfgNormalization() {
    return cfgNormalization;
  }

  public Double cfgTruncation() {
    return cfgTruncation;
  }

  public Integer maxSequenceLength() {
    return maxSequenceLength;
  }

  public Instant createdAt() {
    return createdAt;
  }

  public Instant finishedAt() {
    return finishedAt;
  }

  public String imageId() {
    return imageId;
  }

  public String outputPath() {
    return outputPath;
  }

  public String previewPath() {
    return previewPath;
  }

  public String relativePath() {
    return relativePath;
  }

  public String previewRelativePath() {
    return previewRelativePath;
  }

  /** The number of the last claim; 0 before the first. */
  public int attempt() {
    return attempt;
  }

  /** Claims that do not count against the limit of attempts. */
  public int handedBack() {
    return handedBack;
  }

  /** Who made the last claim. */
  public String worker() {
    return worker;
  }

  public Instant leaseUntil() {
    return leaseUntil;
  }

  public Instant dispatchedAt() {
    return dispatchedAt;
  }

  public Instant startedAt() {
    return startedAt;
  }

  public Instant cancelRequestedAt() {
    return cancelRequestedAt;
  }

  /** Finished steps at the last renewal of the lease. */
  public int step() {
    return step;
  }

  /** The model that was asked for; null for the one that is served. */
  public String model() {
    return model;
  }
}
