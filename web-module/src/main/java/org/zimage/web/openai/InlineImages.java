package org.zimage.web.openai;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import org.zimage.api.GenerationResult;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.image.StorageFailed;
import org.zimage.image.StoredImage;
import org.zimage.web.writing.AnswerWriters;
import org.zimage.web.writing.LongAnswer;

/**
 * The pictures themselves, as base64. Written as fast as the caller reads: ten large pictures would not fit into the
 * memory of many callers at once, and nobody waits for one who reads slowly.
 *
 * @param created when the pictures were asked for
 */
record InlineImages(Instant created, ImageStore store, LongAnswer answer, AnswerWriters writers)
    implements ImagesAnswer {
  @Override
  public Response of(List<GenerationResult> pictures) {
    InlinePieces pieces = InlinePieces.ofBody(created, pictures.stream().map(picture -> find(store, picture)).toList());
    // With its length, a body that breaks off is not taken for a whole one
    return Response.ok(answer.entity(() -> writers.write(answer, pieces)), MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.CONTENT_LENGTH, pieces.length()).build();
  }

  /** @throws StorageFailed when the picture is not in the store any more */
  static StoredImage find(ImageStore store, GenerationResult picture) {
    return RelativePath.parse(picture.relativePath()).flatMap(store::find)
        .orElseThrow(() -> new StorageFailed("The picture " + picture.relativePath() + " is not in the store", null));
  }
}
