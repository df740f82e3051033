package org.zimage.lora.upload;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.logging.Logger;
import org.zimage.adapter.Adapter;
import org.zimage.adapter.AdapterTargets;
import org.zimage.api.ValidationError.Problem;
import org.zimage.api.lora.Loras.Available;
import org.zimage.audit.Actor;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.error.InvalidRequest;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.image.StorageFailed;
import org.zimage.lora.LoraFolder;
import org.zimage.system.Workers;

/**
 * Takes adapters in: each is compared with the layers of the served models before anything of it is stored. Whoever calls makes sure that
 * it is the administrator. Thread-safe.
 */
@ApplicationScoped
public class LoraUploads {
  private static final Logger LOG = Logger.getLogger(LoraUploads.class.getName());

  private final LoraFolder folder;
  private final UploadedLoras uploaded;
  private final LoraCache cache;
  private final Workers workers;
  private final ImageStore store;

  protected LoraUploads() {
    this(null, null, null, null, null);
  }

  @Inject
  public LoraUploads(LoraFolder folder, UploadedLoras uploaded, LoraCache cache, Workers workers, ImageStore store) {
    this.folder = folder;
    this.uploaded = uploaded;
    this.cache = cache;
    this.workers = workers;
    this.store = store;
  }

  /**
   * An adapter that requests may name from now on.
   *
   * @param isNew false when the same file was there under the same name
   */
  public record Upload(Available lora, boolean isNew) { }

  /**
   * Takes an adapter in. A process that ends in the middle leaves nothing that can be named; {@link AbandonedLoras} removes it.
   *
   * @param content a safetensors file; the caller closes it
   * @throws InvalidRequest when the name is none, or the file no adapter of any model that is served
   * @throws LoraConflict when the name or the file is there already, but not both
   * @throws NoModelKnown when there is nothing to compare it with
   * @throws StorageFailed when it cannot be stored
   * @throws IOException when the content cannot be read
   */
  public Upload accept(String name, InputStream content, Actor actor) throws IOException {
    requireName(name);
    if (folder.find(name).isPresent()) {
      throw new LoraConflict("The servers' folder has an adapter " + name + ": choose another name");
    }
    List<Workers.Targets> models = workers.targets();
    if (models.isEmpty()) {
      throw new NoModelKnown();
    }
    try (LoraCache.Incoming file = cache.receive(content)) {
      requireFit(name, file, models);
      Available lora = new Available(name, file.sha256(), file.bytes());
      boolean isNew = uploaded.announce(lora, actor);
      if (isNew) {
        store.put(RelativePath.ofAdapter(lora.sha256()), file.file());
        uploaded.stored(lora, actor);
        file.keep();
        LOG.info(() -> "Adapter " + name + " uploaded: " + lora.bytes() + " bytes, checksum " + lora.sha256());
      }
      return new Upload(lora, isNew);
    }
  }

  private static void requireName(String name) {
    if (name == null || !LoraFolder.isName(name)) {
      JsonValue given = name == null ? JsonValue.NULL : JSON.createValue(name);
      throw new InvalidRequest(List.of(new Problem("value_error", List.of("query", "name"), "Value error, name the adapter with up to 100 "
          + "letters, digits, points, dashes and underscores, the first a letter or a digit", given)));
    }
  }

  /** One model is enough: a task names the model that it is drawn with. */
  private static void requireFit(String name, LoraCache.Incoming file, List<Workers.Targets> models) {
    StringBuilder reasons = new StringBuilder();
    for (Workers.Targets model : models) {
      try {
        Adapter.read(name, file.file(), file.sha256(), new AdapterTargets(model.shapes()));
        return;
      } catch (CheckpointException wrong) {
        // Callers know no paths of the server
        reasons.append("; for the model ").append(model.model()).append(": ")
            .append(wrong.getMessage().replace(file.file().toString(), name));
      }
    }
    throw new InvalidRequest(List.of(new Problem("value_error", List.of("body", "file"),
        "Value error, the file is no adapter that can be used" + reasons, JSON.createValue(name))));
  }

  /**
   * Forbids requests to name an adapter. Tasks that name it already are drawn with it.
   *
   * @return what was deleted
   * @throws LoraNotFound when there is none
   * @throws LoraConflict when it lies in the folder
   */
  public Available delete(String name, Actor actor) {
    Available deleted = uploaded.delete(name, actor).orElseThrow(() -> folder.find(name).isPresent()
        ? new LoraConflict("The adapter " + name + " was not uploaded: remove its file from the servers' folder")
        : new LoraNotFound());
    LOG.info(() -> "Adapter " + deleted.name() + " (" + deleted.sha256() + ") deleted: requests may not name it any more");
    return deleted;
  }
}
