package org.zimage.task;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.UUID;

/**
 * One picture that was asked for. Submission persists it. From then on only statements change its row: those of the ledger of transitions,
 * which name the state they expect, and the one by which {@code Backlog} notes that its message was sent. Columns that only statements
 * write and read, such as the lease, are not here. Deleting its batch deletes it.
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

  @Embedded
  private GenerationParameters parameters;

  private TaskState status;

  @Column(name = "error_code")
  private String errorCode;

  @Column(name = "error_hint")
  private String errorHint;

  @Column(name = "error_message")
  private String errorMessage;

  @Column(name = "created_at")
  private Timestamp createdAt;

  @Column(name = "image_id")
  private String imageId;

  @Column(name = "relative_path")
  private String relativePath;

  @Column(name = "preview_relative_path")
  private String previewRelativePath;

  private int attempt;

  @Column(name = "handed_back")
  private int handedBack;

  private String model;

  @Column(name = "image_path")
  private String imagePath;

  @Column(name = "mask_path")
  private String maskPath;

  @Column(name = "expires_in")
  private Integer expiresIn;
  /** Nothing here reads it, nor the next. */
  private String fingerprint;

  @Column(name = "reused_from")
  private String reusedFrom;

  /** Nothing here reads it: whoever works on a task shall not fail because of what its caller keeps with it. */
  @Convert(converter = JsonbText.class)
  private String metadata;

  protected GenerationTask() { }

  /**
   * Where the pictures lie that a task begins with.
   *
   * @param imagePath of the picture to start from, in the store
   * @param maskPath of the mask; null for none
   */
  public record StartPictures(String imagePath, String maskPath) { }

  /**
   * How it is known that a task may have another one's picture.
   *
   * @param fingerprint of what was asked for
   * @param from the id of the task whose picture it is to get; null: it is drawn
   */
  public record Reuse(String fingerprint, String from) { }

  /**
   * A new task, waiting for its first worker.
   *
   * @param batch persisted before it
   * @param model the model that was asked for, or chosen among several; null: any worker may take it
   * @param start what it begins with; null for nothing
   * @param expiresIn seconds from its end after which it is removed; null for no end of its own
   * @param metadata the caller's own object as JSON; null for none
   * @param reuse how it is known that another task has its picture
   */
  public GenerationTask(TaskId id, GenerationBatch batch, int batchIndex, GenerationParameters parameters, String model,
      StartPictures start, Integer expiresIn, String metadata, Reuse reuse, Instant now) {
    this.taskId = id.value();
    this.batch = batch;
    this.batchId = batch.id();
    this.batchIndex = batchIndex;
    this.parameters = parameters;
    this.status = TaskState.PENDING;
    this.createdAt = Timestamp.from(now);
    this.model = model;
    this.imagePath = start == null ? null : start.imagePath();
    this.maskPath = start == null ? null : start.maskPath();
    this.expiresIn = expiresIn;
    this.metadata = metadata;
    this.fingerprint = reuse.fingerprint();
    this.reusedFrom = reuse.from();
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

  /** Its seed is null until the first worker takes the task, where none was asked for. */
  public GenerationParameters parameters() {
    return parameters;
  }

  public TaskState status() {
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

  public String imageId() {
    return imageId;
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

  /** The pictures that it begins with; null for none. */
  public StartPictures start() {
    return imagePath == null ? null : new StartPictures(imagePath, maskPath);
  }
}
