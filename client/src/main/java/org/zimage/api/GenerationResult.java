package org.zimage.api;

import jakarta.json.JsonObject;
import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.json.bind.annotation.JsonbTypeAdapter;
import java.time.Instant;
import java.util.List;
import org.zimage.api.lora.Lora;
import org.zimage.api.model.CfgNormalization;

/**
 * A finished picture and everything it was made from.
 *
 * @param seed the seed it was made with, also where the server drew it
 * @param cfgNormalization how many times as long as the prediction for the prompt the guided one may be; 0, JSON's false, for no limit; 1,
 *     JSON's true, for the same length
 * @param noise whose random numbers the seed selects; null where nobody asked for one
 * @param image the picture that it began with: {@code task:} and a task's id, or {@code sha256:} and the hash of the file that was
 *     sent; null where there was none, as for the next three
 * @param maskImage what of it was repainted; like {@code image}
 * @param loras the adapters that it was made with, with the checksums of their files; null for none
 * @param embedParameters whether the PNG carries prompt and parameters; null where nobody said
 * @param reusedFrom the task whose picture this is, where it was not drawn anew; null where it was
 * @param model the model that was asked for, or that the server chose among several; null where there was no choice
 * @param authKey the caller's own key; the owner's id where somebody else may look
 * @param outputPath where the PNG lies in the server's store
 * @param relativePath the PNG's path below {@code /generated-images/}
 * @param previewOutputPath where the WebP lies in the server's store
 * @param previewRelativePath the WebP's path below {@code /generated-images/}
 */
public record GenerationResult(
    @JsonbNillable @JsonbProperty("image_id") String imageId,
    String prompt,
    int height,
    int width,
    @JsonbProperty("num_inference_steps") int numInferenceSteps,
    @JsonbProperty("guidance_scale") double guidanceScale,
    @JsonbNillable Long seed,
    @JsonbNillable @JsonbProperty("negative_prompt") String negativePrompt,
    @JsonbNillable @JsonbProperty("cfg_normalization") @JsonbTypeAdapter(CfgNormalization.class) Double cfgNormalization,
    @JsonbNillable @JsonbProperty("cfg_truncation") Double cfgTruncation,
    @JsonbNillable @JsonbProperty("max_sequence_length") Integer maxSequenceLength,
    @JsonbNillable(false) String noise,
    @JsonbNillable(false) String image,
    @JsonbNillable(false) @JsonbProperty("mask_image") String maskImage,
    @JsonbNillable(false) Double strength,
    @JsonbNillable(false) @JsonbProperty("preserve_unmasked") Boolean preserveUnmasked,
    @JsonbNillable(false) List<Lora> loras,
    @JsonbNillable(false) @JsonbProperty("embed_parameters") Boolean embedParameters,
    @JsonbNillable(false) @JsonbProperty("reused_from") String reusedFrom,
    @JsonbNillable(false) String model,
    @JsonbNillable @JsonbProperty("created_at") @JsonbTypeAdapter(UtcTimeAdapter.class) Instant createdAt,
    @JsonbNillable @JsonbProperty("auth_key") String authKey,
    @JsonbNillable JsonObject metadata,
    @JsonbNillable @JsonbProperty("output_path") String outputPath,
    @JsonbNillable @JsonbProperty("relative_path") String relativePath,
    @JsonbNillable @JsonbProperty("preview_output_path") String previewOutputPath,
    @JsonbNillable @JsonbProperty("preview_relative_path") String previewRelativePath) { }
