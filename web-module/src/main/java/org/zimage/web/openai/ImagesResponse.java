package org.zimage.web.openai;

import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import java.util.List;

/**
 * OpenAI's answer with pictures.
 *
 * @param created seconds since 1970
 * @param outputFormat of pictures in the answer; null with addresses
 */
record ImagesResponse(long created, @JsonbNillable(false) @JsonbProperty("output_format") String outputFormat, List<Image> data) {

  /** A picture: its address, or itself. */
  record Image(@JsonbNillable(false) String url, @JsonbNillable(false) @JsonbProperty("b64_json") String base64) { }
}
