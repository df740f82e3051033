package org.zimage.web.openai;

import static org.zimage.task.JsonLibrary.JSON;

import jakarta.json.stream.JsonGenerator;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.image.StorageFailed;
import org.zimage.image.StoredImage;
import org.zimage.task.TaskView;

/**
 * The body of a good answer.
 *
 * @param created when the pictures were asked for
 * @param inline whether the pictures stand in the answer as base64, or only their addresses
 * @param base what stands before the path of an address
 */
record ImagesAnswer(Instant created, boolean inline, String base) {

  /**
   * Writes the answer piece by piece: ten large pictures would not fit into the memory of many callers at once.
   *
   * @param pictures in the order of their index
   * @throws StorageFailed when a picture is not in the store any more
   */
  void write(List<TaskView.Result> pictures, ImageStore store, OutputStream out) throws IOException {
    if (!inline) {
      writeAddresses(pictures, out);
      return;
    }
    out.write(ascii("{\"created\":" + created.getEpochSecond() + ",\"output_format\":\"png\",\"data\":["));
    String separator = "";
    for (TaskView.Result picture : pictures) {
      out.write(ascii(separator + "{\"b64_json\":\""));
      copyBase64(find(picture, store), out);
      out.write(ascii("\"}"));
      separator = ",";
    }
    out.write(ascii("]}"));
    out.flush();
  }

  private void writeAddresses(List<TaskView.Result> pictures, OutputStream out) {
    JsonGenerator json = JSON.createGenerator(out);
    json.writeStartObject().write("created", created.getEpochSecond()).writeStartArray("data");
    pictures.forEach(picture -> json.writeStartObject()
        .write("url", base + "/generated-images/" + picture.relativePath()).writeEnd());
    json.writeEnd().writeEnd().flush();
  }

  private static StoredImage find(TaskView.Result picture, ImageStore store) {
    return RelativePath.parse(picture.relativePath()).flatMap(store::find)
        .orElseThrow(() -> new StorageFailed("The picture " + picture.relativePath() + " is not in the store", null));
  }

  private static void copyBase64(StoredImage image, OutputStream out) throws IOException {
    OutputStream base64 = Base64.getEncoder().wrap(new Unclosed(out));
    try (base64; InputStream in = image.open()) {
      in.transferTo(base64);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The encoder writes its last group when it is closed; the answer goes on. */
  private static final class Unclosed extends FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() { }
  }
}
