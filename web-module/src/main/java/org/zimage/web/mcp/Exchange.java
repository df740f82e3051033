package org.zimage.web.mcp;

import jakarta.ws.rs.core.StreamingOutput;
import java.util.ArrayList;
import java.util.List;
import org.zimage.api.json.Bodies;
import org.zimage.web.writing.AnswerWriters;
import org.zimage.web.writing.LongAnswer;
import org.zimage.web.writing.Pieces;
import org.zimage.web.writing.ServerSentEvent;

/**
 * The stream that answers one POST: news of progress, and then the answer, or those to all requests of a batch, in one
 * event. Keeps nothing of what was asked. Thread-safe.
 */
final class Exchange {
  private final LongAnswer stream;
  private final AnswerWriters writers;
  private final boolean isBatch;
  private final int wanted;
  private final List<RpcAnswer> answers = new ArrayList<>();

  Exchange(RpcBody body, LongAnswer stream, AnswerWriters writers) {
    this.isBatch = body.isBatch();
    this.wanted = body.answers();
    this.stream = stream;
    this.writers = writers;
    body.broken().forEach(this::answer);
  }

  /** The entity of the response. */
  StreamingOutput entity() {
    return stream.entity(() -> { });
  }

  /** Tells of something that a caller who does not read at the moment may miss. */
  void progress(ProgressNotification notification) {
    if (stream.isReady()) {
      stream.write(ServerSentEvent.of(Bodies.text(notification)));
    }
  }

  /** Answers one of the requests; with the last answer, all are sent. */
  synchronized void answer(RpcAnswer answer) {
    answers.add(answer);
    if (answers.size() == wanted) {
      writers.write(stream, Pieces.of(ServerSentEvent.of(Bodies.text(isBatch ? answers : answer))));
    }
  }

  /** The caller has left. */
  void close() {
    stream.end();
  }
}
