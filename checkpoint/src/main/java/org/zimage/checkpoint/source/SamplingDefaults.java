package org.zimage.checkpoint.source;

import jakarta.json.Json;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.checkpoint.Fields;

/**
 * What a model was made for: what it takes for parameters that nobody has chosen. Null where it says nothing. In JSON the names are those
 * of requests.
 *
 * @param cfgNormalization how many times as long as the prediction for the prompt the guided one may be; 0 for no limit
 * @param sizes of pictures, as {@code 1024x768}; empty where it says nothing
 */
public record SamplingDefaults(Integer steps, Double guidanceScale, String negativePrompt, Double cfgNormalization, List<String> sizes) {
  public static final int MIN_SIDE_PIXELS = 64;
  public static final int MAX_SIDE_PIXELS = 2048;
  public static final int MAX_STEPS = 50;
  public static final int MAX_GUIDANCE = 20;

  /** Of a model that says nothing. */
  public static final SamplingDefaults NONE = new SamplingDefaults(null, null, null, null, List.of());

  private static final String STEPS = "num_inference_steps";
  private static final String GUIDANCE = "guidance_scale";
  private static final String NEGATIVE_PROMPT = "negative_prompt";
  private static final String NORMALIZATION = "cfg_normalization";
  private static final String SIZES = "sizes";
  private static final List<String> NAMES = List.of(STEPS, GUIDANCE, NEGATIVE_PROMPT, NORMALIZATION, SIZES);
  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{1,3})x([1-9]\\d{1,3})");

  /** @throws IllegalArgumentException for what no request may ask for */
  public SamplingDefaults {
    require(steps == null || areSteps(steps), STEPS, steps, "from 1 to " + MAX_STEPS);
    require(guidanceScale == null || isGuidance(guidanceScale), GUIDANCE, guidanceScale, "from 0 to " + MAX_GUIDANCE);
    require(cfgNormalization == null || isNormalization(cfgNormalization), NORMALIZATION, cfgNormalization,
        "true, false or a number from 0");
    sizes = List.copyOf(sizes);
    sizes.forEach(size -> require(isSize(size), SIZES, size, "as 1024x768, with sides from " + MIN_SIDE_PIXELS + " to " + MAX_SIDE_PIXELS));
  }

  private static void require(boolean holds, String field, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(field + " must be " + expected + " (got " + value + ")");
    }
  }

  private static boolean areSteps(int steps) {
    return steps >= 1 && steps <= MAX_STEPS;
  }

  private static boolean isGuidance(double scale) {
    return scale >= 0 && scale <= MAX_GUIDANCE;
  }

  private static boolean isNormalization(double factor) {
    return factor >= 0 && Double.isFinite(factor);
  }

  private static boolean isSize(String size) {
    Matcher sides = SIZE.matcher(size);
    return sides.matches() && isSide(sides.group(1)) && isSide(sides.group(2));
  }

  private static boolean isSide(String digits) {
    int side = Integer.parseInt(digits);
    return side >= MIN_SIDE_PIXELS && side <= MAX_SIDE_PIXELS;
  }

  /**
   * Reads them from a file.
   *
   * @throws CheckpointException for what no request may ask for, naming the file and the field
   */
  public static SamplingDefaults read(Fields fields) {
    fields.json().keySet().forEach(name -> fields.require(NAMES.contains(name), name, "no such field, only " + String.join(", ", NAMES)));
    Integer steps = fields.isGiven(STEPS) ? Integer.valueOf(fields.whole(STEPS)) : null;
    Double guidance = fields.isGiven(GUIDANCE) ? Double.valueOf(fields.number(GUIDANCE)) : null;
    List<String> sizes = fields.isGiven(SIZES) ? fields.texts(SIZES) : List.of();
    fields.require(steps == null || areSteps(steps), STEPS, "a whole number from 1 to " + MAX_STEPS);
    fields.require(guidance == null || isGuidance(guidance), GUIDANCE, "a number from 0 to " + MAX_GUIDANCE);
    fields.require(sizes.stream().allMatch(SamplingDefaults::isSize), SIZES,
        "a list of sizes such as 1024x768, with sides from " + MIN_SIDE_PIXELS + " to " + MAX_SIDE_PIXELS);
    return new SamplingDefaults(steps, guidance, fields.isGiven(NEGATIVE_PROMPT) ? fields.text(NEGATIVE_PROMPT) : null,
        normalization(fields), sizes);
  }

  private static Double normalization(Fields fields) {
    if (!fields.isGiven(NORMALIZATION)) {
      return null;
    }
    if (!(fields.json().get(NORMALIZATION) instanceof JsonNumber)) {
      return fields.flag(NORMALIZATION, false) ? 1.0 : 0.0;
    }
    double factor = fields.number(NORMALIZATION);
    fields.require(isNormalization(factor), NORMALIZATION, "true, false or a number from 0");
    return factor;
  }

  /** These, and the other's where these say nothing. */
  public SamplingDefaults or(SamplingDefaults other) {
    return new SamplingDefaults(steps == null ? other.steps : steps, guidanceScale == null ? other.guidanceScale : guidanceScale,
        negativePrompt == null ? other.negativePrompt : negativePrompt,
        cfgNormalization == null ? other.cfgNormalization : cfgNormalization, sizes.isEmpty() ? other.sizes : sizes);
  }

  /** Whether they say nothing. */
  public boolean isEmpty() {
    return equals(NONE);
  }

  /** With what they say, by the names of requests. */
  public JsonObject json() {
    JsonObjectBuilder json = Json.createObjectBuilder();
    if (steps != null) {
      json.add(STEPS, steps);
    }
    if (guidanceScale != null) {
      json.add(GUIDANCE, guidanceScale);
    }
    if (negativePrompt != null) {
      json.add(NEGATIVE_PROMPT, negativePrompt);
    }
    if (cfgNormalization != null) {
      json.add(NORMALIZATION, normalizationJson());
    }
    if (!sizes.isEmpty()) {
      json.add(SIZES, Json.createArrayBuilder(sizes));
    }
    return json.build();
  }

  /** 0 and 1 are truth values, as in requests. */
  private JsonValue normalizationJson() {
    if (cfgNormalization == 0) {
      return JsonValue.FALSE;
    }
    return cfgNormalization == 1 ? JsonValue.TRUE : Json.createValue(cfgNormalization);
  }
}
