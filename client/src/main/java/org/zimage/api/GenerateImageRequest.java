package org.zimage.api;

import jakarta.json.JsonObject;
import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.json.bind.annotation.JsonbTypeAdapter;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.zimage.api.input.DataUrl;
import org.zimage.api.lora.Lora;
import org.zimage.api.model.CfgNormalization;

/**
 * The body of {@code POST /v1/images/generate}. What is null is left out, and the default counts: of steps, guidance, negative prompt and
 * normalization the model's own, which {@code GET /v1/models} shows, and where it has none the one named here.
 *
 * @param prompt what the picture shows: 1…10,000 characters
 * @param height pixels, 64…2048 (default 1024)
 * @param width pixels, 64…2048 (default 1024)
 * @param numInferenceSteps 1…50 (default 9)
 * @param guidanceScale 0…20 (default 0: no guidance)
 * @param seed any number; without one the server draws it and tells it in the result
 * @param negativePrompt what guidance leads away from
 * @param cfgNormalization how many times as long as the prediction for the prompt the guided one may be; 0, JSON's false, for no limit; 1,
 *     JSON's true, for the same length
 * @param cfgTruncation the part of the run, 0…1, after which guidance ends
 * @param maxSequenceLength tokens of the prompt that count, 1…1024
 * @param noise whose random numbers the seed selects: {@code cpu} (default) or {@code cuda}, as PyTorch's
 * @param image the picture to start from: a data URL of a PNG, JPEG or WebP picture, or {@code task:} and the id of an own
 *     finished task; without height and width the new picture has its size
 * @param maskImage what of it is repainted, where it is white or transparent; like {@code image}
 * @param strength how far it may be left: above 0 to 1 (default 0.6, with a mask 1)
 * @param preserveUnmasked whether pixels outside the mask stay exactly as they are (default true)
 * @param loras adapters that are added to the model, at most eight; names as {@code GET /v1/loras} lists them
 * @param embedParameters whether the PNG carries prompt and parameters (default true, as far as the server allows it)
 * @param expiresIn seconds from its end after which the task is removed with its pictures (default: when the server's retention says)
 * @param reuse whether the picture of an equal earlier request of the caller will do, which is there at once; counts with a seed only
 *     (default false, unless the server has another one)
 * @param metadata the caller's own object, at most 16 KiB; {@code batch_id}, {@code batch_index} and {@code
 *     batch_size} in it group pictures
 * @param model the model to use (default: the one that is served)
 * @param webhookUrl who is told what happens to the task, http or https; a host that the server allows
 * @param webhookEvents of what, such as {@code zimage.task.started} (default: the three ends)
 */
public record GenerateImageRequest(
    @Taken(nullable = false, min = 1, max = MAX_PROMPT) String prompt,
    @Taken(nullable = false, min = MIN_SIDE, max = MAX_SIDE, byDefault = "1024") Integer height,
    @Taken(nullable = false, min = MIN_SIDE, max = MAX_SIDE, byDefault = "1024") Integer width,
    @Taken(nullable = false, min = 1, max = MAX_STEPS, byDefault = "9")
    @JsonbProperty("num_inference_steps") Integer numInferenceSteps,
    @Taken(nullable = false, min = 0, max = MAX_GUIDANCE, byDefault = "0")
    @JsonbProperty("guidance_scale") Double guidanceScale,
    Long seed,
    @Taken(max = MAX_PROMPT, byDefault = "") @JsonbProperty("negative_prompt") String negativePrompt,
    @Taken(min = 0, orTruth = true) @JsonbProperty("cfg_normalization") @JsonbTypeAdapter(CfgNormalization.class)
    Double cfgNormalization,
    @JsonbProperty("cfg_truncation") Double cfgTruncation,
    @Taken(min = 1, max = 1024) @JsonbProperty("max_sequence_length") Integer maxSequenceLength,
    @Taken(words = {"cpu", "cuda"}) @JsonbNillable(false) String noise,
    @Taken(picture = true) @JsonbNillable(false) String image,
    @Taken(picture = true) @JsonbNillable(false) @JsonbProperty("mask_image") String maskImage,
    @Taken(min = 0, max = 1) @JsonbNillable(false) Double strength,
    @JsonbNillable(false) @JsonbProperty("preserve_unmasked") Boolean preserveUnmasked,
    @JsonbNillable(false) List<Lora> loras,
    @JsonbNillable(false) @JsonbProperty("embed_parameters") Boolean embedParameters,
    @Taken(min = 1, max = MAX_EXPIRES_IN) @JsonbNillable(false) @JsonbProperty("expires_in") Integer expiresIn,
    @JsonbNillable(false) Boolean reuse,
    @Taken(max = 16 * 1024) JsonObject metadata,
    @Taken(max = 255) String model,
    @JsonbNillable(false) @JsonbProperty("webhook_url") String webhookUrl,
    @JsonbNillable(false) @JsonbProperty("webhook_events") List<String> webhookEvents) {
  public static final int MAX_PROMPT = 10_000;
  public static final int MIN_SIDE = 64;
  public static final int MAX_SIDE = 2048;
  public static final int MAX_STEPS = 50;
  public static final int MAX_GUIDANCE = 20;
  /** Ten years of 365 days, in seconds. */
  public static final int MAX_EXPIRES_IN = 10 * 365 * 24 * 60 * 60;
  /** What a picture is called that is the one of a task: this, and the task's id. */
  public static final String TASK = "task:";
  private static final String IMAGE = "image";
  private static final String MASK_IMAGE = "mask_image";

  /**
   * What the server takes in a field. A field without a default may be left out where it may be null, and must be there otherwise.
   */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  public @interface Taken {
    /** The default that stands for none, because {@code ""} is one. */
    String NOTHING = "\0";

    boolean nullable() default true;

    /** The least number, or the least characters of a text. */
    double min() default Double.NEGATIVE_INFINITY;

    /** The largest number, or the most characters of a text, or bytes of an object as JSON. */
    double max() default Double.POSITIVE_INFINITY;

    /** What the server takes when the field is missing. */
    String byDefault() default NOTHING;

    /** The only texts; all where there are none. */
    String[] words() default {};

    /** Whether the text is a picture: a data URL, or {@code task:} and the id of a finished task. */
    boolean picture() default false;

    /** Whether a truth value stands for the number as well: 1 for true, 0 for false. */
    boolean orTruth() default false;
  }

  /** A request with the server's own noise, of which nobody is told. */
  public GenerateImageRequest(String prompt, Integer height, Integer width, Integer numInferenceSteps, Double guidanceScale,
      Long seed, String negativePrompt, Boolean cfgNormalization, Double cfgTruncation, Integer maxSequenceLength,
      JsonObject metadata, String model) {
    this(prompt, height, width, numInferenceSteps, guidanceScale, seed, negativePrompt, CfgNormalization.of(cfgNormalization),
        cfgTruncation, maxSequenceLength, null, null, null, null, null, null, null, null, null, metadata, model, null, null);
  }

  /** A request with everything but the prompt left to the server. */
  public static GenerateImageRequest of(String prompt) {
    return new GenerateImageRequest(prompt, null, null, null, null, null, null, null, null, null, null, null);
  }

  /** The same with a size in pixels. */
  public GenerateImageRequest withSize(int newWidth, int newHeight) {
    return with(draft -> {
      draft.height = newHeight;
      draft.width = newWidth;
    });
  }

  /** The same with a number of steps. */
  public GenerateImageRequest withSteps(int steps) {
    return with(draft -> draft.numInferenceSteps = steps);
  }

  /** The same with guidance away from a negative prompt. */
  public GenerateImageRequest withGuidance(double scale, String negative) {
    return with(draft -> {
      draft.guidanceScale = scale;
      draft.negativePrompt = negative;
    });
  }

  /** The same with a seed: the same request with the same seed gives the same picture. */
  public GenerateImageRequest withSeed(long newSeed) {
    return with(draft -> draft.seed = newSeed);
  }

  /** The same with the caller's own object. */
  public GenerateImageRequest withMetadata(JsonObject newMetadata) {
    return with(draft -> draft.metadata = newMetadata);
  }

  /**
   * The same with the details of guidance; null for the server's default.
   *
   * @param normalization whether guidance keeps the norm of the prediction
   * @param truncation the part of the run, 0…1, after which guidance ends
   */
  public GenerateImageRequest withGuidanceDetails(Boolean normalization, Double truncation) {
    return with(draft -> {
      draft.cfgNormalization = CfgNormalization.of(normalization);
      draft.cfgTruncation = truncation;
    });
  }

  /**
   * The same with a limit for the length of the guided prediction.
   *
   * @param factor how many times as long as the prediction for the prompt it may be; 0 for no limit
   */
  public GenerateImageRequest withCfgNormalization(double factor) {
    return with(draft -> draft.cfgNormalization = factor);
  }

  /** The same with a limit of the tokens of the prompt that count. */
  public GenerateImageRequest withMaxSequenceLength(int tokens) {
    return with(draft -> draft.maxSequenceLength = tokens);
  }

  /** The same with a model; one that no worker serves is refused. */
  public GenerateImageRequest withModel(String newModel) {
    return with(draft -> draft.model = newModel);
  }

  /** The same with the noise of another generator: {@code cpu} or {@code cuda}. */
  public GenerateImageRequest withNoise(String generator) {
    return with(draft -> draft.noise = generator);
  }

  /**
   * The same, with a receiver who is told what happens to the task.
   *
   * @param events such as {@code zimage.task.started}; null for the three ends
   */
  public GenerateImageRequest withWebhook(String url, List<String> events) {
    return with(draft -> {
      draft.webhookUrl = url;
      draft.webhookEvents = events;
    });
  }

  /**
   * The same that starts from a picture and changes it. Without a size, the new picture has the size of that one. The request holds the
   * whole file as text, a third longer than the file.
   *
   * @param picture a PNG, JPEG or WebP file
   * @throws IllegalArgumentException when it is of another type
   * @throws IOException when it cannot be read
   */
  public GenerateImageRequest withImage(Path picture) throws IOException {
    return withPictures(DataUrl.of(IMAGE, picture), maskImage);
  }

  /**
   * The same that starts from the picture in a stream, as {@link #withImage(Path)} does.
   *
   * @param picture is read to its end, and stays open
   */
  public GenerateImageRequest withImage(InputStream picture) throws IOException {
    return withPictures(DataUrl.of(IMAGE, picture), maskImage);
  }

  /** The same that starts from a picture, given as the bytes of its file, as {@link #withImage(Path)} does. */
  public GenerateImageRequest withImage(byte[] picture) {
    return withPictures(DataUrl.of(IMAGE, picture), maskImage);
  }

  /**
   * The same that starts from the picture of a task, which is not sent again.
   *
   * @param taskId of an own task that is finished when the request arrives
   */
  public GenerateImageRequest withImageOfTask(String taskId) {
    return withPictures(TASK + taskId, maskImage);
  }

  /**
   * The same that repaints only a part of the picture that it starts from: where the mask is white, or transparent if it is transparent
   * anywhere. A mask of another size is resized.
   *
   * @param mask a PNG, JPEG or WebP file
   * @throws IllegalArgumentException when it is of another type
   * @throws IOException when it cannot be read
   */
  public GenerateImageRequest withMask(Path mask) throws IOException {
    return withPictures(image, DataUrl.of(MASK_IMAGE, mask));
  }

  /**
   * The same with the mask in a stream, as {@link #withMask(Path)} does.
   *
   * @param mask is read to its end, and stays open
   */
  public GenerateImageRequest withMask(InputStream mask) throws IOException {
    return withPictures(image, DataUrl.of(MASK_IMAGE, mask));
  }

  /** The same with a mask, given as the bytes of its file, as {@link #withMask(Path)} does. */
  public GenerateImageRequest withMask(byte[] mask) {
    return withPictures(image, DataUrl.of(MASK_IMAGE, mask));
  }

  /** The same with the picture of a task as its mask, as {@link #withImageOfTask} does. */
  public GenerateImageRequest withMaskOfTask(String taskId) {
    return withPictures(image, TASK + taskId);
  }

  private GenerateImageRequest withPictures(String newImage, String newMask) {
    return with(draft -> {
      draft.image = newImage;
      draft.maskImage = newMask;
    });
  }

  /** The same with a strength, above 0 to 1: how far the picture that it starts from is changed. */
  public GenerateImageRequest withStrength(double newStrength) {
    return with(draft -> draft.strength = newStrength);
  }

  /** The same, with or without the picture's own pixels outside of the mask; the model alone blurs them somewhat. */
  public GenerateImageRequest withPreserveUnmasked(boolean preserve) {
    return with(draft -> draft.preserveUnmasked = preserve);
  }

  /** The same with one more adapter, and how much of it is added: -4 to 4, 1 as it was trained. */
  public GenerateImageRequest withLora(String name, double loraStrength) {
    Stream<Lora> before = loras == null ? Stream.empty() : loras.stream();
    return withLoras(Stream.concat(before, Stream.of(Lora.of(name, loraStrength))).toList());
  }

  /** The same with just these adapters; null for none. */
  public GenerateImageRequest withLoras(List<Lora> newLoras) {
    return with(draft -> draft.loras = newLoras);
  }

  /** The same, with or without prompt and parameters in the PNG; that a machine drew it stands there in any case. */
  public GenerateImageRequest withEmbedParameters(boolean embed) {
    return with(draft -> draft.embedParameters = embed);
  }

  /**
   * The same, whose task and pictures are removed so long after its end, or before, when the server's retention says.
   *
   * @param seconds 1…{@value #MAX_EXPIRES_IN}; null for no end of its own
   */
  public GenerateImageRequest withExpiresIn(Integer seconds) {
    return with(draft -> draft.expiresIn = seconds);
  }

  /**
   * The same, for which the picture of an equal earlier request will do: it is there at once. Counts with a seed only.
   *
   * @param may null for the server's default
   */
  public GenerateImageRequest withReuse(Boolean may) {
    return with(draft -> draft.reuse = may);
  }

  /** The same but for what is changed. The only place that copies the fields one by one. */
  private GenerateImageRequest with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.request();
  }

  private static final class Draft {
    private String prompt;
    private Integer height;
    private Integer width;
    private Integer numInferenceSteps;
    private Double guidanceScale;
    private Long seed;
    private String negativePrompt;
    private Double cfgNormalization;
    private Double cfgTruncation;
    private Integer maxSequenceLength;
    private String noise;
    private String image;
    private String maskImage;
    private Double strength;
    private Boolean preserveUnmasked;
    private List<Lora> loras;
    private Boolean embedParameters;
    private Integer expiresIn;
    private Boolean reuse;
    private JsonObject metadata;
    private String model;
    private String webhookUrl;
    private List<String> webhookEvents;

    Draft(GenerateImageRequest request) {
      prompt = request.prompt;
      height = request.height;
      width = request.width;
      numInferenceSteps = request.numInferenceSteps;
      guidanceScale = request.guidanceScale;
      seed = request.seed;
      negativePrompt = request.negativePrompt;
      cfgNormalization = request.cfgNormalization;
      cfgTruncation = request.cfgTruncation;
      maxSequenceLength = request.maxSequenceLength;
      noise = request.noise;
      image = request.image;
      maskImage = request.maskImage;
      strength = request.strength;
      preserveUnmasked = request.preserveUnmasked;
      loras = request.loras;
      embedParameters = request.embedParameters;
      expiresIn = request.expiresIn;
      reuse = request.reuse;
      metadata = request.metadata;
      model = request.model;
      webhookUrl = request.webhookUrl;
      webhookEvents = request.webhookEvents;
    }

    GenerateImageRequest request() {
      return new GenerateImageRequest(prompt, height, width, numInferenceSteps, guidanceScale, seed, negativePrompt, cfgNormalization,
          cfgTruncation, maxSequenceLength, noise, image, maskImage, strength, preserveUnmasked, loras, embedParameters, expiresIn, reuse,
          metadata, model, webhookUrl, webhookEvents);
    }
  }
}
