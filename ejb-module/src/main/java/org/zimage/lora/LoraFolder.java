package org.zimage.lora;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.zimage.api.lora.Loras.Available;
import org.zimage.request.Sha256;
import org.zimage.settings.Settings;

/**
 * The adapters that lie as safetensors files in a folder ({@code ZIMAGE_LORA_DIR}), which whoever accepts and whoever draws have both.
 * Files may come, go and change while the system runs. Thread-safe.
 */
@ApplicationScoped
public class LoraFolder {
  private static final Logger LOG = Logger.getLogger(LoraFolder.class.getName());
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final String ENDING = ".safetensors";

  private final Path folder;
  private final Map<String, Hashed> hashes = new ConcurrentHashMap<>();

  /** A file as it was when it was read. */
  private record Hashed(long bytes, FileTime modified, String sha256) { }

  protected LoraFolder() {
    this.folder = null;
  }

  @Inject
  public LoraFolder(Settings settings) {
    this.folder = settings.loras().folder();
  }

  /** Whether an adapter may be called so. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** All of them, by their names; none where the folder is not there. */
  public List<Available> list() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).filter(file -> file.endsWith(ENDING))
          .map(file -> file.substring(0, file.length() - ENDING.length())).sorted().flatMap(name -> find(name).stream()).toList();
    } catch (IOException unreadable) {
      LOG.log(Level.WARNING, "The adapters of " + folder + " could not be listed", unreadable);
      return List.of();
    }
  }

  /** The adapter of that name. */
  public Optional<Available> find(String name) {
    if (!isName(name)) {
      return Optional.empty();
    }
    Path file = file(name);
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      if (!now.isRegularFile()) {
        return Optional.empty();
      }
      Hashed hashed = hashes.get(name);
      if (hashed == null || hashed.bytes() != now.size() || !hashed.modified().equals(now.lastModifiedTime())) {
        hashed = new Hashed(now.size(), now.lastModifiedTime(), sha256(file));
        hashes.put(name, hashed);
      }
      return Optional.of(new Available(name, hashed.sha256(), hashed.bytes()));
    } catch (IOException notThere) {
      hashes.remove(name);
      return Optional.empty();
    }
  }

  /** Where the adapter lies that {@link #find} has found. */
  public Path file(String name) {
    return folder.resolve(name + ENDING);
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest hash = Sha256.begin();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), hash)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return Sha256.hex(hash.digest());
  }
}
