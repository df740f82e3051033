package org.zimage.api;

import jakarta.json.JsonObject;
import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.json.bind.annotation.JsonbTypeAdapter;
import java.time.Instant;

/**
 * A finished picture and everything it was made from.
 *
 * @param seed the seed it was made with, also where the server drew it
 * @param noise whose random numbers the seed selects; null where nobody asked for one
 * @param authKey the caller's own key; the owner's id where somebody else may look
 * @param outputPath where the PNG lies in the server's store
 * @param relativePath the PNG's path below {@code /generated-images/}
 * @param previewOutputPath where the WebP lies in the server's store
 * @param previewRelativePath the WebP's path below {@code /generated-images/}
 */
public record GenerationResult(
    @JsonbProperty("image_id") String imageId,
    String prompt,
    int height,
    int width,
    @JsonbProperty("num_inference_steps") int numInferenceSteps,
    @JsonbProperty("guidance_scale") double guidanceScale,
    Long seed,
    @JsonbProperty("negative_prompt") String negativePrompt,
    @JsonbProperty("cfg_normalization") Boolean cfgNormalization,
    @JsonbProperty("cfg_truncation") Double cfgTruncation,
    @JsonbProperty("max_sequence_length") Integer maxSequenceLength,
    @JsonbNillable(false) String noise,
    @JsonbProperty("created_at") @JsonbTypeAdapter(UtcTimeAdapter.class) Instant createdAt,
    @JsonbProperty("auth_key") String authKey,
    JsonObject metadata,
    @JsonbProperty("output_path") String outputPath,
    @JsonbProperty("relative_path") String relativePath,
    @JsonbProperty("preview_output_path") String previewOutputPath,
    @JsonbProperty("preview_relative_path") String previewRelativePath) { }
