package org.zimage.api.model;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.json.bind.annotation.JsonbTypeAdapter;
import java.util.List;

/**
 * What a model takes for fields that a request leaves out. Where this is null, the defaults of {@link org.zimage.api.GenerateImageRequest}
 * hold.
 *
 * @param cfgNormalization 0 for no limit, 1 for the norm of the prediction for the prompt, or another factor of it
 * @param sizes those that the model was made for, as {@code 1024x768}; null where it does not say
 */
public record ModelDefaults(
    @JsonbNillable(false) @JsonbProperty("num_inference_steps") Integer numInferenceSteps,
    @JsonbNillable(false) @JsonbProperty("guidance_scale") Double guidanceScale,
    @JsonbNillable(false) @JsonbProperty("negative_prompt") String negativePrompt,
    @JsonbNillable(false) @JsonbProperty("cfg_normalization") @JsonbTypeAdapter(CfgNormalization.class) Double cfgNormalization,
    @JsonbNillable(false) List<String> sizes) {
  /** Of a model that says nothing. */
  public static final ModelDefaults NONE = new ModelDefaults(null, null, null, null, null);

  /**
   * Those in the {@code card} of a worker. Workers of other versions may tell less or more, so that what is not understood is left out.
   */
  public static ModelDefaults ofCard(JsonObject card) {
    if (!(card.get("defaults") instanceof JsonObject told)) {
      return NONE;
    }
    return new ModelDefaults(told.get("num_inference_steps") instanceof JsonNumber steps ? Integer.valueOf(steps.intValue()) : null,
        told.get("guidance_scale") instanceof JsonNumber scale ? Double.valueOf(scale.doubleValue()) : null,
        told.get("negative_prompt") instanceof JsonString prompt ? prompt.getString() : null,
        CfgNormalization.read(told.get("cfg_normalization")), told.get("sizes") instanceof JsonArray list ? texts(list) : null);
  }

  private static List<String> texts(JsonArray list) {
    return list.stream().filter(JsonString.class::isInstance).map((JsonValue text) -> ((JsonString) text).getString()).toList();
  }

  /** Whether the model says nothing. */
  public boolean isEmpty() {
    return equals(NONE);
  }
}
