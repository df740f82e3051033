package org.zimage.worker.adapter;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;
import org.zimage.adapter.Adapter;
import org.zimage.adapter.AdapterTargets;
import org.zimage.adapter.AppliedAdapter;
import org.zimage.api.lora.Lora;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.lora.upload.LoraLibrary;

/** The adapters that tasks name, read once for many pictures. Thread-safe. */
@ApplicationScoped
public class Adapters {
  private static final Logger LOG = Logger.getLogger(Adapters.class.getName());
  private static final int MAX_KEPT = 100;

  private final LoraLibrary library;
  /** Only where the values are, not what they are: the files stay where they were read. */
  private final Map<Key, Adapter> read = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Key, Adapter> eldest) {
      return size() > MAX_KEPT;
    }
  };

  private record Key(String name, String sha256, Path file) { }

  protected Adapters() {
    this.library = null;
  }

  @Inject
  public Adapters(LoraLibrary library) {
    this.library = library;
  }

  /**
   * The adapters of a task.
   *
   * @param named may be null for none
   * @throws AdapterUnusable when the file with which the task was accepted is not here any more, or does not fit the model
   * @throws org.zimage.image.StorageFailed when the store does not give one
   */
  public List<AppliedAdapter> of(List<Lora> named, AdapterTargets targets) {
    return named == null ? List.of()
        : named.stream().map(lora -> new AppliedAdapter(adapter(lora, targets), lora.strength())).toList();
  }

  private synchronized Adapter adapter(Lora lora, AdapterTargets targets) {
    Path file = library.file(lora).orElseThrow(() -> new AdapterUnusable(
        "The adapter " + lora.name() + " was removed or replaced since the task was accepted, or is not on this worker", null));
    return read.computeIfAbsent(new Key(lora.name(), lora.sha256(), file), key -> read(key, targets));
  }

  private static Adapter read(Key key, AdapterTargets targets) {
    try {
      Adapter adapter = Adapter.read(key.name(), key.file(), key.sha256(), targets);
      LOG.info(() -> "Adapter " + key.name() + " (" + key.sha256() + ") read: it adds to " + adapter.layers().size() + " layers");
      return adapter;
    } catch (CheckpointException wrong) {
      // Callers are told of the file, not of where it lies
      String reason = wrong.getMessage().replace(key.file().toString(), key.name());
      throw new AdapterUnusable("The adapter " + key.name() + " cannot be used with this model: " + reason, wrong);
    }
  }
}
