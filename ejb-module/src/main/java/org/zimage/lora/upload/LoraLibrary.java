package org.zimage.lora.upload;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.zimage.api.ValidationError.Problem;
import org.zimage.api.lora.Lora;
import org.zimage.api.lora.Loras.Available;
import org.zimage.error.InvalidRequest;
import org.zimage.lora.LoraFolder;
import org.zimage.lora.LoraReader;

/** The adapters that requests may name. Where a name is in the folder and was uploaded, the folder's is meant. Thread-safe. */
@ApplicationScoped
public class LoraLibrary {
  private static final int NAMES_IN_A_MESSAGE = 20;

  private final LoraFolder folder;
  private final UploadedLoras uploaded;
  private final LoraCache cache;

  protected LoraLibrary() {
    this(null, null, null);
  }

  @Inject
  public LoraLibrary(LoraFolder folder, UploadedLoras uploaded, LoraCache cache) {
    this.folder = folder;
    this.uploaded = uploaded;
    this.cache = cache;
  }

  /** All of them, by their names. */
  public List<Available> list() {
    List<Available> own = folder.list();
    Set<String> names = own.stream().map(Available::name).collect(Collectors.toSet());
    return Stream.concat(own.stream(), uploaded.list().stream().filter(each -> !names.contains(each.name())))
        .sorted(Comparator.comparing(Available::name)).toList();
  }

  private Optional<Available> find(String name) {
    return folder.find(name).or(() -> uploaded.find(name));
  }

  /**
   * The adapters with the checksums of their files as they are now.
   *
   * @param wanted may be null for none
   * @throws InvalidRequest when one is not there
   */
  public List<Lora> resolve(List<Lora> wanted) {
    return wanted == null ? null : wanted.stream().map(lora -> new Lora(lora.name(), lora.strength(),
        find(lora.name()).orElseThrow(() -> unknown(lora.name())).sha256())).toList();
  }

  private InvalidRequest unknown(String name) {
    String known = list().stream().map(Available::name).limit(NAMES_IN_A_MESSAGE).collect(Collectors.joining(", "));
    return new InvalidRequest(List.of(new Problem("value_error", List.of("body", LoraReader.FIELD), "Value error, there is no adapter "
        + name + (known.isEmpty() ? "; this server has none" : ": GET /v1/loras lists them (" + known + ")"), JSON.createValue(name))));
  }

  /**
   * The file that a task was accepted with, on this machine. The database is not asked.
   *
   * @param lora with its checksum
   * @return empty when there is none with this checksum any more
   * @throws org.zimage.image.StorageFailed when the store does not give it
   */
  public Optional<Path> file(Lora lora) {
    boolean isInFolder = folder.find(lora.name()).map(Available::sha256).filter(lora.sha256()::equals).isPresent();
    return isInFolder ? Optional.of(folder.file(lora.name())) : cache.fetch(lora.sha256());
  }
}
