package org.zimage.task;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Embeddable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.lora.Lora;
import org.zimage.api.model.CfgNormalization;
import org.zimage.api.model.ModelDefaults;
import org.zimage.lora.LoraJson;

/**
 * Everything that decides what a picture's file looks like, apart from the model: the columns of what a {@link
 * GenerateImageRequest} asks for. Immutable.
 */
@Embeddable
public class GenerationParameters {
  /** In place of a side that nobody asked for: that of the picture to start from. */
  public static final int SIZE_OF_IMAGE = 0;
  private static final double DEFAULT_STRENGTH = 0.6;

  /** Seeds that the service draws are below it: they fit into 32 bits, so that no client's number type rounds them. */
  public static final long DRAWN_SEEDS = 1L << 32;

  private static final String PROMPT = "prompt";
  private static final String HEIGHT = "height";
  private static final String WIDTH = "width";
  private static final String STEPS = "num_inference_steps";
  private static final String GUIDANCE = "guidance_scale";
  private static final String SEED = "seed";
  private static final String NEGATIVE_PROMPT = "negative_prompt";
  private static final String CFG_NORMALIZATION = "cfg_normalization";
  private static final String CFG_NORMALIZATION_FACTOR = "cfg_normalization_factor";
  private static final String CFG_TRUNCATION = "cfg_truncation";
  private static final String SEQUENCE_LENGTH = "max_sequence_length";
  private static final String NOISE = "noise";
  private static final String IMAGE = "image";
  private static final String MASK_IMAGE = "mask_image";
  private static final String STRENGTH = "strength";
  private static final String PRESERVE_UNMASKED = "preserve_unmasked";
  private static final String LORAS = "loras";
  private static final String EMBED_PARAMETERS = "embed_parameters";

  /** Their names in requests and answers, in the HTTP document's order; their columns have the same. */
  public static final List<String> NAMES = List.of(PROMPT, HEIGHT, WIDTH, STEPS, GUIDANCE, SEED, NEGATIVE_PROMPT,
      CFG_NORMALIZATION, CFG_TRUNCATION, SEQUENCE_LENGTH, NOISE, IMAGE, MASK_IMAGE, STRENGTH, PRESERVE_UNMASKED, LORAS,
      EMBED_PARAMETERS);

  /** What a model may have defaults of its own for. */
  public static final List<String> OF_MODELS = List.of(STEPS, GUIDANCE, NEGATIVE_PROMPT, CFG_NORMALIZATION);

  @Column(name = PROMPT)
  private String prompt;

  @Column(name = HEIGHT)
  private int height;

  @Column(name = WIDTH)
  private int width;

  @Column(name = STEPS)
  private int numInferenceSteps;

  @Column(name = GUIDANCE)
  private double guidanceScale;

  @Column(name = SEED)
  private Long seed;

  @Column(name = NEGATIVE_PROMPT)
  private String negativePrompt;

  @Column(name = CFG_NORMALIZATION)
  private Boolean cfgNormalization;

  /** A factor that no truth value stands for; null otherwise. */
  @Column(name = CFG_NORMALIZATION_FACTOR)
  private Double cfgNormalizationFactor;

  @Column(name = CFG_TRUNCATION)
  private Double cfgTruncation;

  @Column(name = SEQUENCE_LENGTH)
  private Integer maxSequenceLength;

  @Column(name = NOISE)
  private String noise;

  @Column(name = IMAGE)
  private String image;

  @Column(name = MASK_IMAGE)
  private String maskImage;

  @Column(name = STRENGTH)
  private Double strength;

  @Column(name = PRESERVE_UNMASKED)
  private Boolean preserveUnmasked;

  /** As JSON. */
  @Column(name = LORAS)
  @Convert(converter = JsonbText.class)
  private String loras;

  @Column(name = EMBED_PARAMETERS)
  private Boolean embedParameters;

  protected GenerationParameters() { }

  /** Those that a request asks for. */
  public static GenerationParameters of(GenerateImageRequest request) {
    GenerationParameters asked = new GenerationParameters();
    asked.prompt = request.prompt();
    asked.height = request.height();
    asked.width = request.width();
    asked.numInferenceSteps = request.numInferenceSteps();
    asked.guidanceScale = request.guidanceScale();
    asked.seed = request.seed();
    asked.negativePrompt = request.negativePrompt();
    asked.normalizeBy(request.cfgNormalization());
    asked.cfgTruncation = request.cfgTruncation();
    asked.maxSequenceLength = request.maxSequenceLength();
    asked.noise = request.noise();
    asked.image = request.image();
    asked.maskImage = request.maskImage();
    asked.strength = request.strength();
    asked.preserveUnmasked = request.preserveUnmasked();
    asked.loras = LoraJson.write(request.loras());
    asked.embedParameters = request.embedParameters();
    return asked;
  }

  /** Reads the {@link #columns} of a task's row. */
  public static GenerationParameters read(ResultSet row) throws SQLException {
    GenerationParameters read = new GenerationParameters();
    read.prompt = row.getString(PROMPT);
    read.height = row.getInt(HEIGHT);
    read.width = row.getInt(WIDTH);
    read.numInferenceSteps = row.getInt(STEPS);
    read.guidanceScale = row.getDouble(GUIDANCE);
    read.seed = (Long) row.getObject(SEED);
    read.negativePrompt = row.getString(NEGATIVE_PROMPT);
    read.cfgNormalization = (Boolean) row.getObject(CFG_NORMALIZATION);
    read.cfgNormalizationFactor = (Double) row.getObject(CFG_NORMALIZATION_FACTOR);
    read.cfgTruncation = (Double) row.getObject(CFG_TRUNCATION);
    read.maxSequenceLength = (Integer) row.getObject(SEQUENCE_LENGTH);
    read.noise = row.getString(NOISE);
    read.image = row.getString(IMAGE);
    read.maskImage = row.getString(MASK_IMAGE);
    read.strength = (Double) row.getObject(STRENGTH);
    read.preserveUnmasked = (Boolean) row.getObject(PRESERVE_UNMASKED);
    read.loras = row.getString(LORAS);
    read.embedParameters = (Boolean) row.getObject(EMBED_PARAMETERS);
    return read;
  }

  /**
   * The columns of a task's row for a SELECT.
   *
   * @param table the table's name in that statement
   */
  public static String columns(String table) {
    return Stream.concat(NAMES.stream(), Stream.of(CFG_NORMALIZATION_FACTOR))
        .map(column -> table + "." + column).collect(Collectors.joining(", "));
  }

  /** The request that asks for just these parameters. */
  public GenerateImageRequest request() {
    return new GenerateImageRequest(prompt, height, width, numInferenceSteps, guidanceScale, seed, negativePrompt,
        cfgNormalization(), cfgTruncation, maxSequenceLength, noise, image, maskImage, strength, preserveUnmasked, LoraJson.read(loras),
        embedParameters, null, null, null, null, null, null);
  }

  /** The same parameters with another seed; null: the service draws one. */
  public GenerationParameters withSeed(Long other) {
    GenerationParameters copy = of(request());
    copy.seed = other;
    return copy;
  }

  /** The same parameters, with a seed that the service draws where none was asked for. */
  public GenerationParameters withDrawnSeed(RandomGenerator random) {
    return seed == null ? withSeed(random.nextLong(DRAWN_SEEDS)) : this;
  }

  /**
   * The same parameters, with what a model says in place of what a request has left out.
   *
   * @param leftOut of {@link #OF_MODELS}
   */
  public GenerationParameters withDefaults(ModelDefaults defaults, Set<String> leftOut) {
    GenerationParameters copy = of(request());
    if (leftOut.contains(STEPS) && defaults.numInferenceSteps() != null) {
      copy.numInferenceSteps = defaults.numInferenceSteps();
    }
    if (leftOut.contains(GUIDANCE) && defaults.guidanceScale() != null) {
      copy.guidanceScale = defaults.guidanceScale();
    }
    if (leftOut.contains(NEGATIVE_PROMPT) && defaults.negativePrompt() != null) {
      copy.negativePrompt = defaults.negativePrompt();
    }
    if (leftOut.contains(CFG_NORMALIZATION) && defaults.cfgNormalization() != null) {
      copy.normalizeBy(defaults.cfgNormalization());
    }
    return copy;
  }

  /** The old column keeps what others understand who read it: that the norm is limited. */
  private void normalizeBy(Double factor) {
    cfgNormalization = factor == null ? null : Boolean.valueOf(factor != CfgNormalization.OFF);
    cfgNormalizationFactor = factor == null || factor == CfgNormalization.OFF || factor == CfgNormalization.ON ? null : factor;
  }

  /** The same parameters with the size of the picture that is made. */
  public GenerationParameters withSize(int newWidth, int newHeight) {
    GenerationParameters copy = of(request());
    copy.width = newWidth;
    copy.height = newHeight;
    return copy;
  }

  /** 1…10,000 characters. */
  public String prompt() {
    return prompt;
  }

  /** Pixels, 64…2048; {@link #SIZE_OF_IMAGE} until the picture to start from was looked at. */
  public int height() {
    return height;
  }

  /** Pixels, 64…2048; {@link #SIZE_OF_IMAGE} until the picture to start from was looked at. */
  public int width() {
    return width;
  }

  /** 1…50. */
  public int numInferenceSteps() {
    return numInferenceSteps;
  }

  /** 0…20; 0 switches guidance off. */
  public double guidanceScale() {
    return guidanceScale;
  }

  /** Any 64-bit integer; null: the service draws one. */
  public Long seed() {
    return seed;
  }

  /** What guidance leads away from; may be null. */
  public String negativePrompt() {
    return negativePrompt;
  }

  /**
   * How many times as long as the prediction for the prompt the guided one may be; 0 for no limit; null: the default, which is no limit.
   */
  public Double cfgNormalization() {
    return cfgNormalizationFactor == null ? CfgNormalization.of(cfgNormalization) : cfgNormalizationFactor;
  }

  /** Null: the model's own choice. */
  public Double cfgTruncation() {
    return cfgTruncation;
  }

  /** Tokens of the prompt that count, 1…1024; null: the model's own choice. */
  public Integer maxSequenceLength() {
    return maxSequenceLength;
  }

  /** Whose random numbers a seed selects: {@code cpu} or {@code cuda}, as PyTorch's; null: {@code cpu}. */
  public String noise() {
    return noise;
  }

  /**
   * The picture to start from: {@code task:} and the id of a task, or {@code sha256:} and the hash of a file that was sent;
   * null for none.
   */
  public String image() {
    return image;
  }

  /** What of it is repainted, where it is white: like {@link #image}; null for all of it. */
  public String maskImage() {
    return maskImage;
  }

  /** How far the picture to start from may be left, above 0 to 1: 0.6 unless asked for, with a mask 1. */
  public double strength() {
    if (strength == null) {
      return maskImage == null ? DEFAULT_STRENGTH : 1;
    }
    return strength;
  }

  /** Whether the pixels outside the mask stay as they are. */
  public boolean preservesUnmasked() {
    return preserveUnmasked == null || preserveUnmasked;
  }

  /** The adapters that are added, from the moment of acceptance with their checksums; null for none. */
  public List<Lora> loras() {
    return LoraJson.read(loras);
  }

  /** Whether the PNG carries these parameters, as far as the caller decides it. */
  public boolean embedsParameters() {
    return embedParameters == null || embedParameters;
  }

  /** The same parameters with these adapters. */
  public GenerationParameters withLoras(List<Lora> others) {
    return of(request().withLoras(others));
  }

  /**
   * The steps that are run, one at least: with a picture to start from, only the last ones.
   * Source: {@code ZImageImg2ImgPipeline.get_timesteps} of diffusers 0.42.1.
   */
  public int stepsRun() {
    int steps = numInferenceSteps;
    int first = image == null ? 0 : (int) Math.max(steps - Math.min(steps * strength(), steps), 0);
    return Math.max(steps - first, 1);
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof GenerationParameters other && request().equals(other.request());
  }

  @Override
  public int hashCode() {
    return request().hashCode();
  }

  @Override
  public String toString() {
    return request().toString();
  }
}
