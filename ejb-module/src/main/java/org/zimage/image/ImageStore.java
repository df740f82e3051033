package org.zimage.image;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.zimage.picture.encoding.EncodedPicture;

/** Keeps pictures and uploaded adapters. A file has its name only when it is complete. Thread-safe, also among processes. */
public sealed interface ImageStore permits DiskStore, S3Store {

  /**
   * The path of a picture's preview for clients, of the picture itself where there is none; null where there is
   * neither.
   */
  static String url(String previewRelativePath, String relativePath) {
    String path = previewRelativePath == null ? relativePath : previewRelativePath;
    return path == null ? null : "/generated-images/" + path;
  }

  /**
   * Stores a picture and its preview; when one of them fails, neither stays.
   *
   * @param imageId 32 hexadecimal digits that nobody can guess
   * @param made when the picture was made
   * @throws StorageFailed when the store does not take them
   */
  default StoredPicture store(String imageId, Instant made, EncodedPicture picture) {
    RelativePath png = RelativePath.of(imageId, made, ".png");
    RelativePath webp = RelativePath.of(imageId, made, ".webp");
    try {
      String webpPlace = put(webp, picture.webp());
      return new StoredPicture(imageId, put(png, picture.png()), webpPlace, png, webp);
    } catch (StorageFailed failure) {
      remove(webp, failure);
      // It may be there although its answer was lost
      remove(png, failure);
      throw failure;
    }
  }

  /**
   * Removes what there is of a picture that no task names.
   *
   * @throws StorageFailed when something of it may still be there
   */
  default void discard(String imageId, Instant made) {
    remove(RelativePath.of(imageId, made, ".png"));
    remove(RelativePath.of(imageId, made, ".webp"));
  }

  private void remove(RelativePath path, StorageFailed failure) {
    try {
      remove(path);
    } catch (StorageFailed alsoFailed) {
      failure.addSuppressed(alsoFailed);
    }
  }

  /**
   * Stores one file, in place of what has its name.
   *
   * @return where it lies, as people who look after the store write it
   * @throws StorageFailed when the store does not take it; then nothing of it can be read
   */
  String put(RelativePath path, byte[] content);

  /**
   * Stores a copy of a file of this machine, in place of what has its name. It is never in memory as a whole.
   *
   * @throws StorageFailed when the store does not take it; then nothing of it can be read
   */
  void put(RelativePath path, Path file);

  /**
   * Removes files, those that are there, or what there is of them.
   *
   * @throws StorageFailed when something of one of them may still be there; the others may be gone or not
   */
  default void removeAll(Collection<RelativePath> paths) {
    paths.forEach(this::remove);
  }

  /** Removes a file, if it is there, or what there is of it. */
  void remove(RelativePath path);

  /**
   * The file of that path; empty when there is none, whatever else lies there.
   *
   * @throws StorageFailed when nobody can tell
   */
  Optional<StoredImage> find(RelativePath path);

  /** @throws StorageFailed when pictures could not be read at this moment */
  void checkReading();

  /** @throws StorageFailed when no picture could be stored at this moment */
  void checkWriting();
}
