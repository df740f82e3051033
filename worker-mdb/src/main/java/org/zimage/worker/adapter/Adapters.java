package org.zimage.worker.adapter;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zimage.adapter.Adapter;
import org.zimage.adapter.AdapterTargets;
import org.zimage.adapter.AppliedAdapter;
import org.zimage.api.lora.Lora;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.lora.LoraFolder;

/** The adapters that tasks name, read once for many pictures. Thread-safe. */
@ApplicationScoped
public class Adapters {
  private static final int MAX_KEPT = 100;

  private final LoraFolder folder;
  /** By the checksums of their files; only where these are, not what is in them. */
  private final Map<String, Adapter> read = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Adapter> eldest) {
      return size() > MAX_KEPT;
    }
  };

  protected Adapters() {
    this.folder = null;
  }

  @Inject
  public Adapters(LoraFolder folder) {
    this.folder = folder;
  }

  /**
   * The adapters of a task.
   *
   * @param named may be null for none
   * @throws AdapterUnusable when one is not here, is not what it was when the task was accepted, or does not fit the model
   */
  public List<AppliedAdapter> of(List<Lora> named, AdapterTargets targets) {
    return named == null ? List.of()
        : named.stream().map(lora -> new AppliedAdapter(adapter(lora, targets), lora.strength())).toList();
  }

  private synchronized Adapter adapter(Lora lora, AdapterTargets targets) {
    String now = folder.find(lora.name()).orElseThrow(() -> new AdapterUnusable("The adapter " + lora.name() + " is not here", null))
        .sha256();
    if (!now.equals(lora.sha256())) {
      throw new AdapterUnusable("The file of the adapter " + lora.name() + " is not the one that was there when the task was accepted",
          null);
    }
    return read.computeIfAbsent(now + " " + lora.name(), key -> read(lora.name(), targets));
  }

  private Adapter read(String name, AdapterTargets targets) {
    try {
      return Adapter.read(name, folder.file(name), targets);
    } catch (CheckpointException wrong) {
      // Callers are told of the file, not of where it lies
      String reason = wrong.getMessage().replace(folder.file(name).toString(), name);
      throw new AdapterUnusable("The adapter " + name + " cannot be used with this model: " + reason, wrong);
    }
  }
}
