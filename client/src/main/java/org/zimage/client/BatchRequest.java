package org.zimage.client;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import org.zimage.api.GenerateImageRequest;

/**
 * A request for several pictures that belong together.
 *
 * @param request where it has a seed, the pictures have it and the ones after it
 */
record BatchRequest(String batchId, GenerateImageRequest request, int count) {
  BatchRequest {
    if (count < 1) {
      throw new IllegalArgumentException("A batch has at least 1 picture (got " + count + ")");
    }
    long largest = Long.MAX_VALUE - count + 1;
    if (request.seed() != null && request.seed() > largest) {
      throw new IllegalArgumentException(
          "The seed of a batch of " + count + " must be at most " + largest + " (got " + request.seed() + ")");
    }
  }

  /** The request for one of them; its metadata says where it belongs. */
  GenerateImageRequest picture(int index) {
    JsonObject own = request.metadata() == null ? JsonObject.EMPTY_JSON_OBJECT : request.metadata();
    GenerateImageRequest picture = request.withMetadata(Json.createObjectBuilder(own)
        .add("batch_id", batchId).add("batch_index", index).add("batch_size", count).build());
    return request.seed() == null ? picture : picture.withSeed(request.seed() + index);
  }
}
