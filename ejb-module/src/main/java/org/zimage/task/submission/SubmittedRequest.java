package org.zimage.task.submission;

import java.time.Instant;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.zimage.caller.Caller;
import org.zimage.lora.upload.LoraLibrary;
import org.zimage.system.ServedModels;
import org.zimage.task.TaskId;
import org.zimage.task.reuse.RequestFingerprint;

/**
 * One request on its way to be a task. First {@link #choose} is called, by the thread that brings it; from then on it is guarded by the turn of
 * {@link Submission}.
 */
final class SubmittedRequest {
  private final GenerationRequest asked;
  private final BatchMembership membership;
  private final UUID batchId;
  private final IdempotencyKeys.Name keyName;
  private final String hash;
  private final Instant createdAt;
  private final boolean namesSeed;
  private final String client;
  private final TaskId made = TaskId.random();
  private GenerationRequest request;
  private String model;
  private RequestFingerprint fingerprint;
  private TaskId known;

  /**
   * @param idempotencyKey null for none
   * @param loras where its adapters are
   * @param now the moment at which the request came
   * @throws org.zimage.error.InvalidRequest when the key is none, or an adapter is not there
   */
  SubmittedRequest(GenerationRequest request, Caller caller, String idempotencyKey, RandomGenerator random, LoraLibrary loras, Instant now) {
    this.asked = request.withLoras(loras).withDrawnSeed(random);
    this.membership = BatchMembership.of(request.metadata(), caller.clientId());
    this.batchId = membership.batchId() == null ? UUID.randomUUID() : membership.batchId();
    this.keyName = idempotencyKey == null ? null : IdempotencyKeys.name(caller.clientId(), idempotencyKey);
    this.createdAt = now;
    this.client = caller.clientId();
    this.namesSeed = request.parameters().seed() != null;
    this.hash = idempotencyKey == null ? null : IdempotencyKeys.hash(request);
  }

  /** Null where it names none. */
  String namedModel() {
    return asked.model();
  }

  /**
   * Its model is among these. What it leaves out is as its model says, and is kept with the task: its history, its result and its next
   * attempt do not change with the workers.
   */
  void choose(ServedModels models) {
    request = asked.withDefaults(models.defaults(namedModel()));
    model = namedModel() == null ? models.forUnnamed() : namedModel();
    fingerprint = RequestFingerprint.of(client, request.parameters());
  }

  /** Its seed is never null. */
  GenerationRequest request() {
    return request;
  }

  /** The model that its task asks for; null where any worker may take it. */
  String model() {
    return model;
  }

  /**
   * Whether the picture of an equal task will do. No other task has a seed that was drawn for this one.
   *
   * @param byDefault what holds where the request does not say
   */
  boolean mayReuse(boolean byDefault) {
    return namesSeed && (asked.reuse() == null ? byDefault : asked.reuse());
  }

  /** Of what it asks for, with what its model says in place of what it leaves out. */
  RequestFingerprint fingerprint() {
    return fingerprint;
  }

  BatchMembership membership() {
    return membership;
  }

  UUID batchId() {
    return batchId;
  }

  boolean hasKey() {
    return keyName != null;
  }

  IdempotencyKeys.Name keyName() {
    return keyName;
  }

  /** Of the request as it was sent, its missing seed included. */
  String hash() {
    return hash;
  }

  Instant createdAt() {
    return createdAt;
  }

  void begin() {
    known = null;
  }

  /** Its key stands for this task already. */
  void isKnownAs(TaskId task) {
    known = task;
  }

  boolean isNew() {
    return known == null;
  }

  /** The task that the request is. */
  TaskId task() {
    return known == null ? made : known;
  }
}
