package org.zimage.task.submission;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.ValidationError.Problem;
import org.zimage.api.json.Bodies;
import org.zimage.api.model.ModelDefaults;
import org.zimage.error.InvalidRequest;
import org.zimage.lora.LoraReader;
import org.zimage.lora.upload.LoraLibrary;
import org.zimage.request.JsonText;
import org.zimage.request.RequestReader;
import org.zimage.task.GenerationParameters;
import org.zimage.task.GenerationTask.StartPictures;
import org.zimage.webhook.Webhook;
import org.zimage.webhook.WebhookReader;

/**
 * A request for one picture. An instance holds only values that the contract allows.
 *
 * @param parameters what the picture shall look like; its seed may be null
 * @param start where the pictures lie that it begins with; null for none, and until they are kept
 * @param metadata the caller's own object, at most 16 KiB as JSON; may be null
 * @param model the model to use; null: the one that is served
 * @param expiresIn seconds from its end after which the task is removed; null for no end of its own
 * @param webhook who is told what happens to the task; null for nobody
 * @param reuse whether the picture of an equal task of the client will do; null where nobody said
 * @param leftOut the parameters that the request leaves to the model, of those that models have defaults for. Until the model is known,
 *     they are as the HTTP document has them
 */
public record GenerationRequest(GenerationParameters parameters, StartPictures start, JsonObject metadata, String model,
    Integer expiresIn, Webhook webhook, Boolean reuse, Set<String> leftOut) {
  private static final Set<String> READ_APART = Stream.concat(WebhookReader.FIELDS.stream(), Stream.of(LoraReader.FIELD))
      .collect(Collectors.toUnmodifiableSet());

  /**
   * Reads a request's text.
   *
   * @throws InvalidRequest when it is no JSON, or for what {@link #read} refuses
   */
  public static GenerationRequest parse(String text) {
    return read(JsonText.parse(text));
  }

  /**
   * Reads a request's body. Unknown fields are ignored; numbers and booleans written as strings are accepted, as
   * clients of FastAPI services are used to.
   *
   * @throws InvalidRequest with every field that is wrong
   */
  public static GenerationRequest read(JsonValue body) {
    RequestReader fields = new RequestReader(body);
    GenerateImageRequest asked = fields.read(READ_APART).withLoras(LoraReader.read(fields));
    Webhook webhook = WebhookReader.read(fields);
    checkEditing(asked, fields);
    fields.throwProblems();
    GenerationParameters parameters = GenerationParameters.of(asked);
    return new GenerationRequest(asked.image() == null ? parameters : sizedByItsPicture(parameters, fields), null, asked.metadata(),
        asked.model(), asked.expiresIn(), webhook, asked.reuse(),
        GenerationParameters.OF_MODELS.stream().filter(fields::isAbsent).collect(Collectors.toUnmodifiableSet()));
  }

  /** What belongs to a picture to start from is no use without one. */
  private static void checkEditing(GenerateImageRequest asked, RequestReader fields) {
    if (asked.image() == null && !fields.isRefused("image")) {
      for (String field : List.of("mask_image", "strength")) {
        if (!fields.isAbsent(field)) {
          fields.refuse(field, field + " needs a picture to start from: send image, too");
        }
      }
    } else if (asked.strength() != null && asked.strength() == 0) {
      fields.refuse("strength", "with a strength of 0, no step is left to change the picture: ask for more strength");
    }
  }

  /** With the sides of the picture to start from where none are asked for. */
  private static GenerationParameters sizedByItsPicture(GenerationParameters asked, RequestReader fields) {
    return asked.withSize(fields.isAbsent("width") ? GenerationParameters.SIZE_OF_IMAGE : asked.width(),
        fields.isAbsent("height") ? GenerationParameters.SIZE_OF_IMAGE : asked.height());
  }

  /** The same request for other parameters. */
  public GenerationRequest with(GenerationParameters other) {
    return new GenerationRequest(other, start, metadata, model, expiresIn, webhook, reuse, leftOut);
  }

  /** The same request, when its pictures are kept: with the size that they give it. */
  public GenerationRequest beginningWith(StartPictures kept, int width, int height) {
    return new GenerationRequest(parameters.withSize(width, height), kept, metadata, model, expiresIn, webhook, reuse, leftOut);
  }

  /** The same request, with the checksums of its adapters. */
  GenerationRequest withLoras(LoraLibrary library) {
    return parameters.loras() == null ? this : with(parameters.withLoras(library.resolve(parameters.loras())));
  }

  /** The same request, with what the model says in place of what is left out. */
  GenerationRequest withDefaults(ModelDefaults defaults) {
    return leftOut.isEmpty() || defaults.isEmpty() ? this : with(parameters.withDefaults(defaults, leftOut));
  }

  /** The same request, with a seed that the service draws where none was asked for. */
  GenerationRequest withDrawnSeed(RandomGenerator random) {
    return with(parameters.withDrawnSeed(random));
  }

  /**
   * One request for each picture of a batch. A seed that was asked for is the first one's, the next number the next
   * one's.
   *
   * @param batch its name, a UUID or any text of this client
   * @throws InvalidRequest when the seeds would go beyond the largest
   */
  public List<GenerationRequest> asBatch(String batch, int count) {
    Long seed = parameters.seed();
    long largest = Long.MAX_VALUE - count + 1;
    if (seed != null && seed > largest) {
      throw new InvalidRequest(List.of(new Problem("less_than_equal", List.of("body", "seed"),
          "Input should be less than or equal to " + largest, JSON.createValue(seed))));
    }
    JsonObject own = metadata == null ? JsonValue.EMPTY_JSON_OBJECT : metadata;
    return IntStream.range(0, count).mapToObj(index -> new GenerationRequest(
        parameters.withSeed(seed == null ? null : seed + index), start, JSON.createObjectBuilder(own).add("batch_id", batch)
            .add("batch_index", index).add("batch_size", count).build(), model, expiresIn, webhook, reuse, leftOut)).toList();
  }

  /**
   * The request as JSON, field by field in the document's order: equal requests have equal texts. What is left out has the document's
   * default, whichever models are served: sent again, a request has the same text.
   */
  public String toJson() {
    GenerateImageRequest body = parameters.request().withMetadata(metadata).withModel(model).withExpiresIn(expiresIn)
        .withReuse(reuse);
    return Bodies.text(webhook == null ? body : body.withWebhook(webhook.url().toString(), webhook.types()));
  }
}
