package org.zimage.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Keeps pictures and adapters in a folder, which several processes may share. A file is written under a temporary name, synced, and then
 * renamed, so that its name never shows a part of it. {@link #put} returns after the folder is synced too: then neither the file nor its name is lost
 * in a power cut.
 */
public final class DiskStore implements ImageStore {
  private static final String PART = ".part";
  /** A file that grows has changed within it. */
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
  /** What the largest picture takes: 2048·2048 pixels of 3 bytes that cannot be compressed, and its preview. */
  private static final long LEAST_FREE_BYTES = 16L << 20;

  private final Path root;
  /** The last folder that was written to; its entry in its parent is synced. Null before the first. */
  private volatile Path lastFolder;

  public DiskStore(Path root) {
    this.root = root.toAbsolutePath();
  }

  @Override
  public String put(RelativePath path, byte[] content) {
    return write(root.resolve(path.value()), content).toString();
  }

  /** Under a temporary name of its own: the same adapter may be uploaded twice at the same time. */
  @Override
  public void put(RelativePath path, Path content) {
    Path file = root.resolve(path.value());
    removeParts(file, Instant.now().minus(LONGEST_PAUSE));
    write(file, temporary(file, UUID.randomUUID().toString()), channel -> {
      try (FileChannel source = FileChannel.open(content, StandardOpenOption.READ)) {
        for (long position = 0; position < source.size();) {
          position += source.transferTo(position, source.size() - position, channel);
        }
      }
    });
  }

  @Override
  public void remove(RelativePath path) {
    removeAll(List.of(path));
  }

  /** Their folders are synced once, so that no power cut brings a file back. */
  @Override
  public void removeAll(Collection<RelativePath> paths) {
    // Where the folder is away, nobody can tell what is in it
    checkReading();
    Set<Path> folders = new HashSet<>();
    for (RelativePath path : paths) {
      Path file = root.resolve(path.value());
      try {
        if (Files.deleteIfExists(temporary(file)) | Files.deleteIfExists(file)) {
          folders.add(file.getParent());
        }
        if (path.isAdapter()) {
          removeParts(file, Instant.MAX);
        }
      } catch (IOException e) {
        throw new StorageFailed("The file " + path + " could not be removed from " + root + ": " + e, e);
      }
    }
    folders.forEach(DiskStore::syncRemoval);
  }

  /** What processes that were killed have left of an adapter, unless it has changed since. */
  private static void removeParts(Path file, Instant since) {
    if (Files.notExists(file.getParent())) {
      return;
    }
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(file.getParent(), "." + file.getFileName() + ".*" + PART)) {
      for (Path part : parts) {
        if (Files.getLastModifiedTime(part).toInstant().isBefore(since)) {
          Files.deleteIfExists(part);
        }
      }
    } catch (NoSuchFileException goneMeanwhile) {
      // By another process, which is done with it
    } catch (IOException | DirectoryIteratorException e) {
      throw new StorageFailed("What is left of " + file + " could not be removed: " + e, e);
    }
  }

  private static void syncRemoval(Path folder) {
    try {
      sync(folder);
    } catch (IOException e) {
      throw new StorageFailed("The folder " + folder + ", from which files were removed, could not be synced: " + e, e);
    }
  }

  @Override
  public Optional<StoredImage> find(RelativePath path) {
    Path file = root.resolve(path.value());
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      // A link in between may lead anywhere
      boolean inside = attributes.isRegularFile() && file.toRealPath().equals(root.toRealPath().resolve(path.value()));
      return inside ? Optional.of(new StoredFile(file, attributes)) : Optional.empty();
    } catch (NoSuchFileException missing) {
      checkReading();
      return Optional.empty();
    } catch (IOException e) {
      if (leadsThroughNoFolder(file)) {
        return Optional.empty();
      }
      throw new StorageFailed(file + " could not be looked up: " + e, e);
    }
  }

  /** The same as {@link #removeAll}, but a missing root folder is no failure. */
  void removeAllIfThere(Collection<RelativePath> paths) {
    if (!Files.notExists(root)) {
      removeAll(paths);
    }
  }

  /** The same as {@link #find}, but a missing root folder is no failure. */
  Optional<StoredImage> findIfThere(RelativePath path) {
    return Files.notExists(root) ? Optional.empty() : find(path);
  }

  /** Whether a file or a link is where a folder would have to be. */
  private boolean leadsThroughNoFolder(Path file) {
    checkReading();
    for (Path folder = file.getParent(); !folder.equals(root); folder = folder.getParent()) {
      if (Files.isRegularFile(folder, LinkOption.NOFOLLOW_LINKS) || Files.isSymbolicLink(folder)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void checkReading() {
    if (!Files.isDirectory(root) || !Files.isReadable(root)) {
      throw new StorageFailed("The pictures' folder " + root + " is not there, or cannot be read", null);
    }
  }

  /** Writes a file and removes it again. */
  @Override
  public void checkWriting() {
    Path probe = root.resolve(".probe-" + UUID.randomUUID());
    write(probe, new byte[] {1});
    try {
      Files.deleteIfExists(probe);
      long free = Files.getFileStore(root).getUsableSpace();
      if (free < LEAST_FREE_BYTES) {
        throw new StorageFailed("Only " + (free >> 20) + " MB are free under " + root, null);
      }
    } catch (IOException e) {
      throw new StorageFailed("The pictures' folder " + root + " cannot be written: " + e, e);
    }
  }

  /** What writes a file's bytes. */
  @FunctionalInterface
  private interface Content {
    void writeTo(FileChannel file) throws IOException;
  }

  private Path write(Path file, byte[] content) {
    return write(file, temporary(file), channel -> {
      for (ByteBuffer rest = ByteBuffer.wrap(content); rest.hasRemaining();) {
        channel.write(rest);
      }
    });
  }

  private Path write(Path file, Path temporary, Content content) {
    try {
      makeFolder(file.getParent());
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING)) {
        content.writeTo(channel);
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      sync(file.getParent());
      return file;
    } catch (IOException e) {
      removeAfter(e, temporary);
      throw new StorageFailed(file + " could not be written: " + e, e);
    }
  }

  /** Syncs the parents even of a folder that is there: another process may have made it a moment ago and not have synced it yet. */
  private void makeFolder(Path folder) throws IOException {
    if (folder.equals(lastFolder) && Files.isDirectory(folder)) {
      return;
    }
    boolean rootIsNew = Files.notExists(root);
    Files.createDirectories(folder);
    for (Path made = folder; !made.equals(root); made = made.getParent()) {
      sync(made.getParent());
    }
    if (rootIsNew) {
      sync(root.getParent());
    }
    lastFolder = folder;
  }

  /** A file's name outlives a power cut only after its folder is synced. */
  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path temporary(Path file) {
    return file.resolveSibling("." + file.getFileName() + PART);
  }

  private static Path temporary(Path file, String id) {
    return file.resolveSibling("." + file.getFileName() + "." + id + PART);
  }

  private static void removeAfter(IOException failure, Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private record StoredFile(Path file, BasicFileAttributes attributes) implements StoredImage {
    @Override
    public long length() {
      return attributes.size();
    }

    @Override
    public Instant modified() {
      return attributes.lastModifiedTime().toInstant();
    }

    /** Names are never used twice, so that size and time tell contents apart. */
    @Override
    public String tag() {
      return Long.toHexString(attributes.size()) + '-' + Long.toHexString(attributes.lastModifiedTime().toMillis());
    }

    @Override
    public InputStream open(long first, long length) {
      try {
        SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
          return new StoreStream(file.toString(), Channels.newInputStream(channel.position(first)), length, () -> { });
        } catch (IOException e) {
          channel.close();
          throw e;
        }
      } catch (IOException e) {
        throw new StorageFailed(file + " could not be read: " + e, e);
      }
    }
  }
}
