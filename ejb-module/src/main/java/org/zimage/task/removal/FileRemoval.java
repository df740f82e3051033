package org.zimage.task.removal;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.image.StorageFailed;
import org.zimage.progress.ProgressStore;
import org.zimage.task.TaskId;
import org.zimage.task.removal.Removals.Removal;

/**
 * Does what the notes say: removes files from the image store, and keys from Redis. Every node does, each with notes of its own. Doing it
 * twice is harmless. While the store is away the notes wait, and nothing else does. Thread-safe.
 */
@ApplicationScoped
public class FileRemoval {
  private static final Logger LOG = Logger.getLogger(FileRemoval.class.getName());
  private static final int PORTION = 200;
  private static final Duration LONGEST_ROUND = Duration.ofSeconds(20);
  /** Attempts after which the operator is told that a file cannot be removed. */
  private static final int WORTH_TELLING = 5;

  private final Removals removals;
  private final ImageStore store;
  private final ProgressStore progressStore;
  private final Event<PicturesRemoved> removed;
  /** Said in the log. */
  private final AtomicBoolean isAway = new AtomicBoolean();

  protected FileRemoval() {
    this(null, null, null, null);
  }

  @Inject
  public FileRemoval(Removals removals, ImageStore store, ProgressStore progressStore, Event<PicturesRemoved> removed) {
    this.removals = removals;
    this.store = store;
    this.progressStore = progressStore;
    this.removed = removed;
  }

  /** Takes notes as long as there are some that are due, for a while, or until the store is away. */
  public void run() {
    long end = System.nanoTime() + LONGEST_ROUND.toNanos();
    int taken = PORTION;
    while (taken == PORTION && System.nanoTime() < end) {
      List<Removal> notes = removals.take(PORTION);
      taken = !notes.isEmpty() && remove(notes) ? notes.size() : 0;
    }
  }

  /** @return false when the store is away */
  private boolean remove(List<Removal> notes) {
    List<Removal> without = new ArrayList<>();
    boolean isThere = true;
    try {
      removeFiles(notes, without);
    } catch (StorageFailed storeAway) {
      isThere = false;
      if (!isAway.getAndSet(true)) {
        LOG.warning(() -> "The files of removed tasks stay until the store is back: " + storeAway.getMessage());
      }
    }
    if (isThere && isAway.getAndSet(false)) {
      LOG.info("The files of removed tasks can be removed again");
    }
    Set<Removal> left = new LinkedHashSet<>(notes);
    without.forEach(left::remove);
    forget(without);
    removals.postpone(ids(left));
    return isThere;
  }

  /** @param without gets the notes whose files are not there any more */
  private void removeFiles(List<Removal> notes, List<Removal> without) {
    try {
      store.removeAll(notes.stream().flatMap(FileRemoval::files).toList());
      without.addAll(notes);
    } catch (StorageFailed one) {
      for (Removal note : notes) {
        removeFiles(note, without);
      }
    }
  }

  /** @throws StorageFailed when the store is away; what is wrong with one file does not keep the others waiting */
  private void removeFiles(Removal note, List<Removal> without) {
    try {
      store.removeAll(files(note).toList());
      without.add(note);
    } catch (StorageFailed failure) {
      store.checkReading();
      if (note.attempts() == WORTH_TELLING) {
        LOG.warning(() -> "Files of the removed task " + note.task() + " cannot be removed, trying again: " + failure.getMessage());
      }
    }
  }

  private static Stream<RelativePath> files(Removal note) {
    return note.areNamed() ? Stream.empty() : note.files().stream().flatMap(path -> RelativePath.stored(path).stream());
  }

  private void forget(Collection<Removal> without) {
    List<TaskId> tasks = without.stream().filter(Removal::hasKeys).flatMap(note -> TaskId.parse(note.task()).stream()).toList();
    if (progressStore.forget(tasks)) {
      removals.done(ids(without));
    } else {
      removals.done(ids(without.stream().filter(note -> !note.hasKeys()).toList()));
      removals.postponeKeys(ids(without.stream().filter(Removal::hasKeys).toList()));
    }
    int files = without.stream().mapToInt(note -> (int) files(note).count()).sum();
    if (files > 0) {
      removed.fire(new PicturesRemoved(files));
    }
  }

  private static List<Long> ids(Collection<Removal> notes) {
    return notes.stream().map(Removal::id).toList();
  }
}
