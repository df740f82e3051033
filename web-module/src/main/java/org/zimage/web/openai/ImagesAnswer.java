package org.zimage.web.openai;

import jakarta.ws.rs.core.Response;
import java.util.List;
import org.zimage.api.GenerationResult;
import org.zimage.image.StorageFailed;

/** A good answer: the pictures themselves, or their addresses. */
sealed interface ImagesAnswer permits ImageAddresses, InlineImages {
  /**
   * The response with the pictures, in the given order.
   *
   * @throws StorageFailed when a picture is not in the store any more
   */
  Response of(List<GenerationResult> pictures);
}
