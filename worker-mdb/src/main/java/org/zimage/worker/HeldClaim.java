package org.zimage.worker;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.adapter.AdapterTargets;
import org.zimage.input.InputPictures;
import org.zimage.metrics.SystemMetrics;
import org.zimage.picture.Picture;
import org.zimage.picture.encoding.WebpWriter;
import org.zimage.pipeline.Sampling;
import org.zimage.pipeline.StepListener;
import org.zimage.progress.Previews;
import org.zimage.progress.Progress;
import org.zimage.progress.ProgressStore;
import org.zimage.task.GenerationTask;
import org.zimage.task.TaskState;
import org.zimage.task.lifecycle.Claim;
import org.zimage.task.lifecycle.ClaimedTask;
import org.zimage.task.lifecycle.Lease;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.worker.adapter.AdapterUnusable;
import org.zimage.worker.adapter.Adapters;

/**
 * A claim while it is worked on: renews its lease by the clock (a step may take longer than the lease), reports every
 * step, and learns whether to stop. Thread-safe; closed when the task's last write is done.
 */
final class HeldClaim implements StepListener, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(HeldClaim.class.getName());
  /** Also the time after which a wish to cancel is seen while Redis is away. */
  private static final long RENEWAL_SECONDS = 2;
  /** A shorter step does not wait for Redis: the answer to its report stops the next one. */
  private static final Duration LONG_STEP = Duration.ofMillis(100);

  private final Claim claim;
  private final GenerationTask task;
  private final String worker;
  private final TaskLedger ledger;
  private final ProgressStore progressStore;
  private final Previews previews;
  private final SystemMetrics metrics;
  private final DecodingSpeed decodingSpeed;
  private final Executor reporting;
  private final CompletableFuture<Void> nextMayCome = new CompletableFuture<>();
  private final long since = System.nanoTime();
  private final ScheduledFuture<?> renewal;
  private volatile int step;
  /** What is drawn; null before {@link #begin}. */
  private volatile Sampling drawn;
  private volatile Lease lease = Lease.HELD;
  private volatile boolean handBack;
  /** Whether somebody wants to see how the picture grows, as far as it was known after the last step. */
  private volatile boolean watched;
  /** Of the inference thread alone, as the next. */
  private Duration sampling = Duration.ZERO;
  private Duration lastStep = Duration.ZERO;
  /** Of the renewing thread alone. */
  private boolean renewed = true;

  HeldClaim(ClaimedTask claimed, String worker, TaskLedger ledger, ProgressStore progressStore, Previews previews, SystemMetrics metrics,
      DecodingSpeed decodingSpeed, Executor reporting, ScheduledExecutorService clock) {
    this.claim = claimed.claim();
    this.worker = worker;
    this.task = claimed.task();
    this.ledger = ledger;
    this.progressStore = progressStore;
    this.previews = previews;
    this.metrics = metrics;
    this.decodingSpeed = decodingSpeed;
    this.reporting = reporting;
    this.renewal = clock.scheduleAtFixedRate(this::renew, RENEWAL_SECONDS, RENEWAL_SECONDS, TimeUnit.SECONDS);
  }

  private void renew() {
    try {
      learn(ledger.renew(claim, step));
      renewed = true;
    } catch (RuntimeException databaseAway) {
      if (renewed) {
        LOG.log(Level.WARNING, "Task {0}: the lease cannot be renewed: {1}",
            new Object[] {claim, databaseAway.getMessage()});
      }
      renewed = false;
    } catch (Error failure) { // which would end the renewing for good, without a word
      LOG.log(Level.SEVERE, "Task " + claim + ": the lease cannot be renewed; trying again", failure);
    }
  }

  /** Redis may know of a wish to stop that this answer is too old for. */
  private synchronized void learn(Lease answer) {
    if (lease == Lease.HELD || answer == Lease.LOST) {
      lease = answer;
    }
  }

  /** Lets others know, in the order of the calls, without waiting for Redis. */
  void publish(TaskState status) {
    Progress now = progress();
    reporting.execute(() -> progressStore.changed(claim.id(), status, claim.attempt(), worker, now));
  }

  /** It may have waited for the model: what was asked for meanwhile holds. */
  @Override
  public boolean mayBegin() {
    if (progressStore.isCancelRequested(claim.id())) {
      stop();
    }
    watched = previews.isWatched(claim.id());
    return goesOn();
  }

  @Override
  public boolean afterStep(int finished, int all, Supplier<Optional<Picture>> preview) {
    if (watched && finished < all) {
      preview.get().ifPresent(picture -> show(new Progress(finished, all), picture));
    }
    return afterStep(finished, all);
  }

  /** Made into a file by the thread that tells of it, not by the one that draws. */
  private void show(Progress now, Picture picture) {
    CompletableFuture.runAsync(() -> previews.show(claim.id(), claim.attempt(), now,
        WebpWriter.write(picture.width(), picture.height(), picture.rgb())), reporting).exceptionally(failure -> {
      LOG.log(Level.WARNING, "Task " + claim + ": the preview of step " + now.step() + " was not shown", failure);
      return null;
    });
  }

  @Override
  public boolean afterStep(int finished, int all) {
    step = finished;
    CompletableFuture<Void> told = report(new Progress(finished, all));
    if (lastStep.compareTo(LONG_STEP) > 0) {
      told.join();
    }
    if (finished == all && goesOn() && !isRepeat() && decodingSpeed.isShort(pixels())) {
      nextMayCome.complete(null);
    }
    return goesOn();
  }

  private CompletableFuture<Void> report(Progress now) {
    return CompletableFuture.runAsync(() -> {
      if (progressStore.report(claim.id(), claim.attempt(), worker, now)) {
        stop();
      }
      watched = previews.isWatched(claim.id());
    }, reporting).exceptionally(failure -> {
      LOG.log(Level.WARNING, "Task " + claim + ": step " + now.step() + " was not told", failure);
      return null;
    });
  }

  private boolean goesOn() {
    return lease == Lease.HELD && !handBack;
  }

  private synchronized void stop() {
    if (lease == Lease.HELD) {
      lease = Lease.CANCEL_REQUESTED;
    }
  }

  @Override
  public void took(Phase phase, Duration duration) {
    switch (phase) {
      case ADAPTERS -> metrics.phase(SystemMetrics.Phase.ADAPTERS, duration);
      case PROMPT -> metrics.phase(SystemMetrics.Phase.PROMPT, duration);
      case ENCODING -> metrics.phase(SystemMetrics.Phase.ENCODING, duration);
      case STEP -> {
        metrics.step(duration);
        lastStep = duration;
        sampling = sampling.plus(duration);
      }
      case DECODING -> {
        decodingSpeed.took(pixels(), duration);
        metrics.phase(SystemMetrics.Phase.SAMPLING, sampling);
        drawn.adapters().forEach(applied -> metrics.adapter(applied.adapter().name(), sampling));
        metrics.phase(SystemMetrics.Phase.DECODING, duration);
      }
    }
  }

  private long pixels() {
    return (long) task.parameters().width() * task.parameters().height();
  }

  /**
   * Reads the adapters and the pictures that the task begins with, however long that takes.
   *
   * @return what is to be drawn
   * @throws AdapterUnusable when an adapter cannot be used
   * @throws org.zimage.image.StorageFailed when they cannot be read
   */
  Sampling begin(InputPictures inputs, Adapters adapters, AdapterTargets targets) {
    drawn = Generations.sampling(claim, task, inputs, () -> adapters.of(task.parameters().loras(), targets));
    return drawn;
  }

  /** What was drawn, after {@link #begin}. */
  Sampling drawn() {
    return drawn;
  }

  /** The picture that the task is finished with, made of what was drawn. */
  Picture finished(Picture picture) {
    return drawn.finished(picture, task.parameters().preservesUnmasked());
  }

  /** Done when the worker may claim another task beside this one. */
  CompletableFuture<Void> nextMayCome() {
    return nextMayCome;
  }

  /** How long the claim is held by now. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - since);
  }

  Claim claim() {
    return claim;
  }

  /** The task as it was when it was claimed. */
  GenerationTask task() {
    return task;
  }

  /** Whether the worker of an earlier attempt was lost. */
  boolean isRepeat() {
    return task.attempt() - task.handedBack() > 1;
  }

  Progress progress() {
    return new Progress(step, task.parameters().stepsRun());
  }

  /** What the worker knows of its right to the task. */
  Lease lease() {
    return lease;
  }

  /** Whether the process stops. */
  boolean isHandedBack() {
    return handBack;
  }

  /** The process stops: the generation ends before its next step, and the task waits again. */
  void handBack() {
    handBack = true;
  }

  @Override
  public void close() {
    renewal.cancel(false);
  }
}
