package org.zimage.lora.upload;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.image.StorageFailed;
import org.zimage.image.StoredImage;
import org.zimage.request.Sha256;
import org.zimage.settings.Settings;

/**
 * Uploaded adapters as files of this machine ({@code ZIMAGE_LORA_CACHE}), named by their checksums: those that are being checked, and
 * those that were drawn with. Several processes may share the folder. Those not used for longest are removed when there are too many.
 * Thread-safe.
 */
@ApplicationScoped
public class LoraCache {
  private static final Logger LOG = Logger.getLogger(LoraCache.class.getName());
  private static final Pattern CHECKSUM = Pattern.compile("[0-9a-f]{64}");
  private static final String ENDING = ".safetensors";
  private static final String UNFINISHED = ".part";
  private static final long MOST_BYTES = 20L << 30;
  private static final int CHUNK_BYTES = 1 << 16;
  /** A task that has asked for a file opens it within this time, and a file that grows has changed within it. */
  private static final Duration IN_USE = Duration.ofHours(1);

  private final Path folder;
  private final ImageStore store;
  private final Clock clock;
  private final long mostBytes;

  protected LoraCache() {
    this(null, null, null, 0);
  }

  @Inject
  public LoraCache(Settings settings, ImageStore store) {
    // This machine's own clock, as the files' times are
    this(settings.loras().cache(), store, Clock.systemUTC(), MOST_BYTES);
  }

  LoraCache(Path folder, ImageStore store, Clock clock, long mostBytes) {
    this.folder = folder;
    this.store = store;
    this.clock = clock;
    this.mostBytes = mostBytes;
  }

  /**
   * The file with this checksum, brought from the store if it is not here.
   *
   * @return empty when the store has none
   * @throws StorageFailed when the store does not give it, or it finds no room here
   */
  public Optional<Path> fetch(String sha256) {
    if (sha256 == null || !CHECKSUM.matcher(sha256).matches()) {
      return Optional.empty();
    }
    Path file = folder.resolve(sha256 + ENDING);
    if (touch(file)) {
      return Optional.of(file);
    }
    return store.find(RelativePath.ofAdapter(sha256)).map(stored -> fetch(sha256, stored));
  }

  private Path fetch(String sha256, StoredImage stored) {
    long start = System.nanoTime();
    try (InputStream in = stored.open(); Incoming file = receive(in)) {
      if (!file.sha256().equals(sha256)) {
        throw new StorageFailed("The store's adapter " + sha256 + " has changed: its checksum is " + file.sha256(), null);
      }
      Path kept = file.keep();
      LOG.info(() -> "Adapter " + sha256 + " fetched from the store: " + file.bytes() + " bytes in "
          + (System.nanoTime() - start) / 1_000_000 + " ms");
      return kept;
    } catch (IOException unreadable) {
      throw new StorageFailed("The adapter " + sha256 + " could not be fetched from the store: " + unreadable, unreadable);
    }
  }

  /** Whether it is there; then it was used now. */
  private boolean touch(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
      return true;
    } catch (NoSuchFileException notHere) {
      return false;
    } catch (IOException unusable) {
      throw new StorageFailed(file + " cannot be used: " + unusable, unusable);
    }
  }

  /**
   * Takes in a file that is not complete yet. The caller closes it; without {@link Incoming#keep} it is removed then.
   *
   * @throws StorageFailed when it finds no room here
   * @throws IOException when it cannot be read
   */
  Incoming receive(InputStream content) throws IOException {
    makeFolder();
    clean();
    Path file = folder.resolve("." + UUID.randomUUID() + UNFINISHED);
    MessageDigest hash = Sha256.begin();
    long bytes = 0;
    boolean taken = false;
    try (FileChannel channel = create(file)) {
      byte[] chunk = new byte[CHUNK_BYTES];
      for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
        hash.update(chunk, 0, read);
        write(channel, ByteBuffer.wrap(chunk, 0, read));
        bytes += read;
      }
      channel.force(true);
      taken = true;
    } finally {
      if (!taken) {
        Files.deleteIfExists(file);
      }
    }
    return new Incoming(file, Sha256.hex(hash.digest()), bytes);
  }

  private void makeFolder() {
    try {
      Files.createDirectories(folder);
    } catch (IOException unusable) {
      throw new StorageFailed("ZIMAGE_LORA_CACHE, " + folder + ", cannot be made: " + unusable, unusable);
    }
  }

  private static FileChannel create(Path file) {
    try {
      return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException full) {
      throw new StorageFailed(file + " could not be written: " + full, full);
    }
  }

  private static void write(FileChannel channel, ByteBuffer rest) {
    try {
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    } catch (IOException full) {
      throw new StorageFailed("An adapter could not be written into ZIMAGE_LORA_CACHE: " + full, full);
    }
  }

  /** A file that has arrived. */
  record Incoming(Path file, String sha256, long bytes) implements AutoCloseable {
    /** Gives it its name. Another process may have done so before: the content is the same. */
    Path keep() throws IOException {
      return Files.move(file, file.resolveSibling(sha256 + ENDING), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
      Files.deleteIfExists(file);
    }
  }

  private record Kept(Path file, long bytes, Instant used) { }

  /**
   * Removes what a process has left that was killed, and what was not used for longest where there is too much.
   *
   * @throws StorageFailed when the folder cannot be used
   */
  void clean() {
    if (Files.notExists(folder)) {
      return;
    }
    try {
      long all = 0;
      Instant inUse = clock.instant().minus(IN_USE);
      for (Kept kept : kept()) {
        all += kept.bytes();
        boolean isLeft = kept.file().getFileName().toString().endsWith(UNFINISHED);
        if (kept.used().isBefore(inUse) && (isLeft || all > mostBytes)) {
          Files.deleteIfExists(kept.file());
        }
      }
    } catch (IOException unusable) {
      throw new StorageFailed("ZIMAGE_LORA_CACHE, " + folder + ", cannot be used: " + unusable, unusable);
    }
  }

  /** Those used last come first. */
  private List<Kept> kept() throws IOException {
    List<Kept> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        try {
          files.add(new Kept(file, Files.size(file), Files.getLastModifiedTime(file).toInstant()));
        } catch (NoSuchFileException goneMeanwhile) {
          LOG.log(Level.FINEST, "Another process has removed it", goneMeanwhile);
        }
      }
    } catch (UncheckedIOException unreadable) {
      throw unreadable.getCause();
    }
    files.sort(Comparator.comparing(Kept::used).reversed());
    return files;
  }
}
