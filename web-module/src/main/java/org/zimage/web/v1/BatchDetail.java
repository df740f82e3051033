package org.zimage.web.v1;

import jakarta.json.JsonObject;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.stream.Stream;

/** A batch with its pictures, written while they are read: it is nowhere in memory as a whole. */
final class BatchDetail implements StreamingOutput {
  private final JsonObject batch;
  private final Stream<JsonObject> items;

  BatchDetail(JsonObject batch, Stream<JsonObject> items) {
    this.batch = batch;
    this.items = items;
  }

  /** Not flushed when the pictures cannot be read: the answer then is the failure, if nothing of it was sent yet. */
  @Override
  public void write(OutputStream out) throws IOException {
    Writer json = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    json.append("{\"batch\":").append(batch.toString()).append(",\"items\":[");
    String separator = "";
    for (Iterator<JsonObject> all = items.iterator(); all.hasNext(); separator = ",") {
      json.append(separator).append(all.next().toString());
    }
    json.append("]}").flush();
  }
}
