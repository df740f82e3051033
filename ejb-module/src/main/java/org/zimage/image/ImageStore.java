package org.zimage.image;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.zimage.settings.Settings;

/**
 * Keeps finished pictures in a folder: {@code YYYYMMDD/HHMMSS_<image id>.png} and {@code .webp}. A file appears under its
 * name only when it is complete and on the disk. Thread-safe, also for several processes on one folder.
 */
@ApplicationScoped
public class ImageStore {
  private static final String URL_PREFIX = "/generated-images/";
  private static final DateTimeFormatter STEM = DateTimeFormatter.ofPattern("uuuuMMdd/HHmmss_").withZone(ZoneOffset.UTC);

  private final Path root;

  protected ImageStore() {
    this.root = null;
  }

  @Inject
  public ImageStore(Settings settings) {
    this.root = settings.outputDir();
  }

  /** The path of a picture's preview for clients, of the picture itself where there is none; null where there is neither. */
  public static String url(String previewRelativePath, String relativePath) {
    String path = previewRelativePath == null ? relativePath : previewRelativePath;
    return path == null ? null : URL_PREFIX + path;
  }

  /**
   * Stores a picture and its preview.
   *
   * @param imageId 32 hexadecimal digits that nobody can guess
   * @param made when the picture was made
   * @throws StorageFailed when the folder cannot be written
   */
  public StoredPicture store(String imageId, Instant made, EncodedPicture picture) {
    String stem = STEM.format(made) + imageId;
    RelativePath png = new RelativePath(stem + ".png");
    RelativePath webp = new RelativePath(stem + ".webp");
    Path webpFile = write(webp, picture.webp());
    Path pngFile = write(png, picture.png());
    return new StoredPicture(imageId, pngFile.toString(), webpFile.toString(), png, webp);
  }

  /** The picture of that path; empty when there is none, whatever else lies there. */
  public Optional<StoredImage> find(RelativePath path) {
    Path file = root.resolve(path.value());
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      // A link in between may lead anywhere
      boolean inside = attributes.isRegularFile() && file.toRealPath().equals(root.toRealPath().resolve(path.value()));
      return inside ? Optional.of(new StoredFile(file, attributes)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Path write(RelativePath path, byte[] content) {
    Path file = root.resolve(path.value());
    Path temporary = file.resolveSibling("." + file.getFileName() + ".part");
    try {
      Files.createDirectories(file.getParent());
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING)) {
        for (ByteBuffer rest = ByteBuffer.wrap(content); rest.hasRemaining();) {
          channel.write(rest);
        }
        channel.force(true);
      }
      return Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      remove(temporary, e);
      throw new StorageFailed("The picture could not be written to " + file + ": " + e.getMessage(), e);
    }
  }

  private static void remove(Path temporary, IOException cause) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      cause.addSuppressed(e);
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
    public InputStream open(long offset) throws IOException {
      SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
      try {
        return Channels.newInputStream(channel.position(offset));
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    }
  }
}
