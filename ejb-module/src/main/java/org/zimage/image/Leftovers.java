package org.zimage.image;

import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.logging.Logger;

/**
 * Files that nothing names, which are removed one after the other. One that cannot be removed keeps no other waiting; while the store is
 * away, no more are tried. What stays is found again by the next round. Thread-safe.
 */
public final class Leftovers {
  private static final Logger LOG = Logger.getLogger(Leftovers.class.getName());

  private final String name;
  private final ImageStore store;
  /** Said in the log. */
  private final AtomicBoolean stay = new AtomicBoolean();

  /** @param name as the log calls them: {@code Files of deleted adapters} */
  public Leftovers(String name, ImageStore store) {
    this.name = name;
    this.store = store;
  }

  /** @param removal removes the files of one; throws {@link StorageFailed} when something of them may still be there */
  public <T> void remove(Collection<T> found, Consumer<T> removal) {
    StorageFailed last = null;
    for (T each : found) {
      try {
        removal.accept(each);
      } catch (StorageFailed failure) {
        last = failure;
        if (isStoreAway()) {
          break;
        }
      }
    }
    if (last == null) {
      stay.set(false);
    } else if (!stay.getAndSet(true)) {
      LOG.warning(name + " cannot be removed, trying again: " + last.getMessage());
    }
  }

  private boolean isStoreAway() {
    try {
      store.checkReading();
      return false;
    } catch (StorageFailed away) {
      return true;
    }
  }
}
