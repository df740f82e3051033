package org.zimage.web.v1;

import jakarta.ws.rs.core.StreamingOutput;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.zimage.api.BatchDetail;
import org.zimage.api.TaskSummary;
import org.zimage.api.json.Bodies;

/** A {@link BatchDetail}, written while its pictures are read: it is nowhere in memory as a whole. */
final class WrittenBatch implements StreamingOutput {
  /** Where the pictures stand in a batch without any. */
  private static final String END = "]}";

  private final TaskSummary batch;
  private final Stream<BatchDetail.Item> items;

  WrittenBatch(TaskSummary batch, Stream<BatchDetail.Item> items) {
    this.batch = batch;
    this.items = items;
  }

  /** Not flushed when the pictures cannot be read: the answer then is the failure, if nothing of it was sent yet. */
  @Override
  public void write(OutputStream out) throws IOException {
    Writer json = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    String empty = Bodies.text(new BatchDetail(batch, List.of()));
    json.append(empty, 0, empty.length() - END.length());
    String separator = "";
    for (Iterator<BatchDetail.Item> all = items.iterator(); all.hasNext(); separator = ",") {
      json.append(separator).append(Bodies.text(all.next()));
    }
    json.append(END).flush();
  }
}
