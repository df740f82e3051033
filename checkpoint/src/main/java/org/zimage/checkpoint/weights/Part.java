package org.zimage.checkpoint.weights;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.checkpoint.TensorEntry;
import org.zimage.checkpoint.TensorFile;

/** The networks of a model, each with what its keys begin with in a file of several, and a key that no other network has. */
public enum Part {
  TRANSFORMER("transformer", "(?:model\\.)?diffusion_model\\.", "layers.0.adaLN_modulation.0.weight"),
  TEXT_ENCODER("text encoder", "text_encoders\\.[^.]+\\.(?:transformer\\.)?", "layers.0.self_attn.q_norm.weight"),
  AUTOENCODER("autoencoder", "(?:vae|first_stage_model)\\.", "decoder.conv_in.weight");

  private final String title;
  private final Pattern prefix;
  private final String landmark;

  Part(String title, String prefix, String landmark) {
    this.title = title;
    this.prefix = Pattern.compile("^" + prefix);
    this.landmark = landmark;
  }

  /** The network's name in a sentence. */
  public String title() {
    return title;
  }

  /**
   * Reads which weights of this network are in a file, of this network alone or of several.
   *
   * @throws CheckpointException if the file has another network, or is of a kind that is not read; the message says why and names a key
   */
  public Weights read(TensorFile file) {
    Map<String, TensorEntry> tensors = tensors(file);
    ForeignFormats.refuse(file.place(), tensors);
    List<Weight> stored = Float8.weights(file, tensors);
    Weights weights = Weights.of(file.place(), stored.stream().flatMap(names(stored)).toList());
    if (!weights.has(landmark)) {
      throw new CheckpointException(file.place() + " has no tensor " + landmark + ", so it is no " + title + " of Z-Image"
          + (stored.isEmpty() ? "" : " (it has " + stored.get(0).values().name() + ")"));
    }
    return weights;
  }

  private Function<Weight, Stream<Weight>> names(Collection<Weight> stored) {
    return switch (this) {
      case TRANSFORMER -> TransformerNames::diffusers;
      case TEXT_ENCODER -> TextEncoderNames::diffusers;
      case AUTOENCODER -> AutoencoderNames.of(stored)::diffusers;
    };
  }

  /** Whether the file says of its tensors which network they belong to. */
  public static boolean areNamedIn(TensorFile file) {
    return file.tensors().stream().anyMatch(tensor -> of(tensor.name()) != null);
  }

  private static Part of(String name) {
    return Stream.of(values()).filter(part -> part.prefix.matcher(name).find()).findFirst().orElse(null);
  }

  /** This network's tensors by their names, without what these begin with. */
  private Map<String, TensorEntry> tensors(TensorFile file) {
    boolean areNamed = areNamedIn(file);
    Map<String, TensorEntry> own = new LinkedHashMap<>();
    for (TensorEntry tensor : file.tensors()) {
      if (areNamed && of(tensor.name()) == null) {
        throw new CheckpointException(file.place() + ": " + tensor.name() + " belongs to no network: expected one of "
            + List.of("model.diffusion_model.", "text_encoders.NAME.transformer.", "vae.", "first_stage_model.") + " before it");
      }
      if (!areNamed || of(tensor.name()) == this) {
        TensorEntry other = own.put(prefix.matcher(tensor.name()).replaceFirst(""), tensor);
        if (other != null) {
          throw new CheckpointException(file.place() + ": " + other.name() + " and " + tensor.name() + " are the same: expected one " + title);
        }
      }
    }
    if (own.isEmpty()) {
      throw new CheckpointException(file.place() + " has no " + title + (areNamed ? ": none of its keys begins with "
          + prefix.pattern().substring(1) : ""));
    }
    return own;
  }
}
