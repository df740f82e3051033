package org.zimage.web.v1;

import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.zimage.history.History.FinishedPicture;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.image.StoredImage;

/** The pictures of a batch as one ZIP file, written while it is read: it is nowhere as a whole. */
final class PicturesArchive implements StreamingOutput {
  private final Map<String, StoredImage> files = new TreeMap<>();

  /** Pictures that are no longer in the store are left out. */
  PicturesArchive(List<FinishedPicture> pictures, ImageStore store) {
    pictures.forEach(picture -> RelativePath.parse(picture.relativePath()).flatMap(store::find)
        .ifPresent(image -> files.put(name(picture), image)));
  }

  /** Whether there is nothing to send. */
  boolean isEmpty() {
    return files.isEmpty();
  }

  private String name(FinishedPicture picture) {
    String name = String.format(Locale.ROOT, "%02d_seed_%d", picture.index() + 1, picture.seed());
    // Clients may give two pictures one index
    return files.containsKey(name + ".png") ? name + "_" + files.size() + ".png" : name + ".png";
  }

  /**
   * Not closed when a picture cannot be read: that would write the list of contents, and callers would take a file that
   * lacks pictures for a whole one.
   */
  @Override
  public void write(OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
    // A PNG is compressed already
    zip.setLevel(Deflater.NO_COMPRESSION);
    for (Map.Entry<String, StoredImage> file : files.entrySet()) {
      try (InputStream picture = file.getValue().open()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        entry.setTime(file.getValue().modified().toEpochMilli());
        zip.putNextEntry(entry);
        picture.transferTo(zip);
      }
    }
    zip.close();
  }
}
