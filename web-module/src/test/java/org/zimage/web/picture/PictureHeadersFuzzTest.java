package org.zimage.web.picture;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import jakarta.ws.rs.core.EntityTag;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.glassfish.jersey.internal.MapPropertiesDelegate;
import org.glassfish.jersey.server.ContainerRequest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.image.DiskStore;
import org.zimage.picture.encoding.EncodedPicture;
import org.zimage.image.StoredImage;
import org.zimage.image.StoredPicture;

/** What callers ask a picture's address with in their headers: each has an answer. */
class PictureHeadersFuzzTest {
  private static final long LENGTH = 1_000;
  private static final List<String> CONDITIONS = List.of("If-None-Match", "If-Match", "If-Modified-Since", "If-Unmodified-Since");

  private static StoredImage image;

  @BeforeAll
  static void storeAPicture(@TempDir Path folder) {
    DiskStore store = new DiskStore(folder);
    StoredPicture picture = store.store("0123456789abcdef0123456789abcdef", Instant.EPOCH, new EncodedPicture(new byte[1], new byte[1]));
    image = store.find(picture.relativePath()).orElseThrow();
  }

  @FuzzTest
  void range(byte[] header) {
    try {
      ByteRange.parse(text(header), LENGTH).ifPresent(range -> {
        assertThat(range.first()).isBetween(0L, LENGTH - 1);
        assertThat(range.last()).isBetween(range.first(), LENGTH - 1);
      });
    } catch (RangeNotSatisfiable behindTheEnd) {
      assertThat(behindTheEnd.getResponse().getStatus()).isEqualTo(416);
    }
  }

  /** One header a line, in the order of the names. */
  @FuzzTest
  void conditions(byte[] headers) {
    URI address = URI.create("http://127.0.0.1/generated-images/a.png");
    ContainerRequest request = new ContainerRequest(address, address, "GET", null, new MapPropertiesDelegate(), null);
    String[] values = text(headers).split("\n", CONDITIONS.size());
    for (int line = 0; line < values.length; line++) {
      if (!values[line].isEmpty()) {
        request.header(CONDITIONS.get(line), values[line]);
      }
    }
    PictureResource.unchanged(request, image, new EntityTag(image.tag()));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
