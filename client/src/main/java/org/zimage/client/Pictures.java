package org.zimage.client;

import jakarta.ws.rs.core.UriBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Fetches finished pictures, and saves them. */
final class Pictures {
  private static final String FOLDER = "/generated-images/";

  private Pictures() { }

  /** @param path below the server's folder of pictures, or with it */
  static byte[] fetch(String path, Connection server) {
    String relative = path.startsWith(FOLDER) ? path.substring(FOLDER.length()) : path;
    URI address = UriBuilder.fromUri(server.baseUrl()).path(FOLDER).path(relative).build();
    return server.repeated(() -> server.request(address, "image/png", "image/webp").get(),
        answer -> answer.readEntity(byte[].class));
  }

  /** A ZIP. */
  static byte[] fetchBatch(String batchId, Connection server) {
    return server.repeated(() -> server.request(server.route("pictures").build(batchId), "application/zip").get(),
        answer -> answer.readEntity(byte[].class));
  }

  /** Writes beside the file and moves, so that it is there whole or not at all. */
  static void save(byte[] content, Path file) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    try {
      Files.write(unfinished, content);
      Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
