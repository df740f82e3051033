package org.zimage.task.submission;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.zimage.caller.Caller;
import org.zimage.error.ZImageException;
import org.zimage.system.ServedModels;
import org.zimage.task.TaskId;

/**
 * Requests of one caller that become tasks together or not at all. First {@link #choose} is called, by the thread that brings them; from then on
 * they are guarded by the turn of {@link Submission}.
 */
final class SubmittedRequests {
  private final Caller caller;
  private final List<SubmittedRequest> requests;
  private final Set<IdempotencyKeys.Name> keys;
  private final Consumer<TaskId> alongside;
  private ServedModels models;
  private boolean over;
  private RuntimeException failure;

  /** @param alongside writes what belongs to each task, in its transaction */
  SubmittedRequests(Caller caller, List<SubmittedRequest> requests, Consumer<TaskId> alongside) {
    this.caller = caller;
    this.requests = requests;
    this.alongside = alongside;
    this.keys = requests.stream().filter(SubmittedRequest::hasKey).map(SubmittedRequest::keyName)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The models that are served as they come. */
  void choose(ServedModels served) {
    models = served;
    requests.forEach(request -> request.choose(served));
  }

  ServedModels models() {
    return models;
  }

  Caller caller() {
    return caller;
  }

  List<SubmittedRequest> requests() {
    return requests;
  }

  /** Those that are no task yet. */
  List<SubmittedRequest> unknown() {
    return requests.stream().filter(SubmittedRequest::isNew).toList();
  }

  Set<IdempotencyKeys.Name> keys() {
    return keys;
  }

  /** As they were before a transaction that was rolled back. */
  void begin() {
    failure = null;
    requests.forEach(SubmittedRequest::begin);
  }

  void refuse(ZImageException reason) {
    failure = reason;
  }

  boolean isRefused() {
    return failure != null;
  }

  void writeAlongside() {
    requests.forEach(request -> alongside.accept(request.task()));
  }

  /** The transaction was committed. */
  void end() {
    over = true;
  }

  /** The transaction was rolled back, and is not tried again. */
  void fail(RuntimeException reason) {
    failure = reason;
    over = true;
  }

  boolean isOver() {
    return over;
  }

  List<TaskId> outcome() {
    if (failure != null) {
      throw failure;
    }
    return requests.stream().map(SubmittedRequest::task).toList();
  }
}
