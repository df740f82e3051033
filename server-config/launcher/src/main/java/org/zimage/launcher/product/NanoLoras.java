package org.zimage.launcher.product;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.zimage.launcher.home.Home;

/** The adapters that come with z-image-nano, put into this home beside those that people put there. */
public final class NanoLoras {
  private NanoLoras() {}

  /** Copies those that are not there. What somebody has put in their place stays. */
  public static void offer(Distribution distribution, Home home) throws IOException {
    Path own = distribution.nanoCheckpoint().resolve("loras");
    if (!Files.isDirectory(own)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(own, "*.safetensors")) {
      for (Path file : files) {
        Path here = home.loras().resolve(file.getFileName());
        if (Files.notExists(here)) {
          Files.copy(file, here);
        }
      }
    }
  }
}
