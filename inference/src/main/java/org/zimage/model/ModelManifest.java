package org.zimage.model;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonWriterFactory;
import jakarta.json.stream.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.checkpoint.Dtype;
import org.zimage.checkpoint.Fields;
import org.zimage.checkpoint.TextEncoderConfig;
import org.zimage.checkpoint.TransformerConfig;
import org.zimage.checkpoint.VaeConfig;
import org.zimage.checkpoint.source.SamplingDefaults;

/**
 * {@code model.json}: everything about an exported model that is not in its SavedModels. It is written last, so a
 * folder with it is complete.
 *
 * @param name as callers know it
 * @param dtype of weights and activations
 * @param sourceChecksum SHA-256 over the keys, shapes and checksums of the exported tensors, in hex
 * @param latentChannels of the transformer and the VAE
 * @param latentScale pixels per latent, in each direction
 * @param schedulerShift of the sigmas
 * @param textHeadDim the text encoder's head size, which its rotary tables have
 * @param textRopeTheta the base of its rotary frequencies
 * @param axesDims how many dimensions of the transformer's heads turn with each axis: caption and time, row, column
 * @param ropeTheta the base of its rotary frequencies
 * @param latentColours what previews are made with
 * @param defaults what the model takes for parameters that nobody has chosen
 */
public record ModelManifest(String name, Dtype dtype, String sourceChecksum, int latentChannels, int latentScale,
    double schedulerShift, int textHeadDim, double textRopeTheta, int[] axesDims, double ropeTheta,
    LatentColours latentColours, SamplingDefaults defaults) {
  public static final String FILE = "model.json";
  public static final String TOKENIZER = "tokenizer.json";
  public static final String TEXT_ENCODER = "text_encoder";
  public static final String TRANSFORMER = "transformer";
  public static final String VAE_DECODER = "vae_decoder";
  /** Missing in older exports, which draw from prompts only. */
  public static final String VAE_ENCODER = "vae_encoder";
  /** Caption and image tokens are padded to multiples of this (diffusers: SEQ_MULTI_OF). */
  public static final int TOKEN_MULTIPLE = 32;

  /** The version of the format. It is raised when an older program could not run a newer export, or the other way round. */
  public static final int FORMAT = 3;

  /** Is raised when exports gain something that older ones do without, so that the model of the product is exported again. */
  public static final int REVISION = 3;

  private static final int MAX_LATENT_SCALE_PIXELS = 512;
  private static final String LATENT_COLOURS = "latent_colours";
  /** Missing in older exports, and where the checkpoint says nothing. */
  private static final String DEFAULTS = "defaults";

  public static ModelManifest of(String name, Dtype dtype, String sourceChecksum, TextEncoderConfig text,
      TransformerConfig transformer, VaeConfig vae, double schedulerShift, LatentColours latentColours,
      SamplingDefaults defaults) {
    return new ModelManifest(name, dtype, sourceChecksum, vae.latentChannels(), vae.scale(), schedulerShift, text.headDim(),
        text.ropeTheta(), transformer.axesDims(), transformer.ropeTheta(), latentColours, defaults);
  }

  /** Width and height of a canvas are multiples of this many pixels: one patch of 2x2 latents. */
  public int canvasMultiple() {
    return 2 * latentScale;
  }

  /**
   * Reads the manifest of an exported model.
   *
   * @throws CheckpointException if it is missing or unreadable
   */
  public static ModelManifest read(Path folder) {
    Path file = folder.resolve(FILE);
    Fields fields = Fields.of(file);
    fields.require(fields.whole("format") == FORMAT, "format", FORMAT + ": export the checkpoint again with this version");
    Fields text = fields.within("text_encoder");
    Fields transformer = fields.within("transformer");
    ModelManifest manifest = new ModelManifest(fields.text("name"), fields.dtype("dtype"), fields.text("source_checksum"),
        fields.whole("latent_channels"), fields.whole("latent_scale"), fields.number("scheduler_shift"), text.whole("head_dim"),
        text.number("rope_theta"), transformer.wholes("axes_dims"), transformer.number("rope_theta"),
        latentColours(fields), fields.isGiven(DEFAULTS) ? SamplingDefaults.read(fields.within(DEFAULTS)) : SamplingDefaults.NONE);
    fields.require(manifest.latentScale <= MAX_LATENT_SCALE_PIXELS, "latent_scale", "at most " + MAX_LATENT_SCALE_PIXELS);
    return manifest;
  }

  private static LatentColours latentColours(Fields fields) {
    if (!fields.isGiven(LATENT_COLOURS)) {
      return LatentColours.UNKNOWN;
    }
    Fields colours = fields.within(LATENT_COLOURS);
    return new LatentColours(colours.numbers("weights", 3 * fields.whole("latent_channels")), colours.numbers("offsets", 3));
  }

  public void write(Path folder) throws IOException {
    JsonArrayBuilder axes = Json.createArrayBuilder();
    for (int dim : axesDims) {
      axes.add(dim);
    }
    JsonObjectBuilder json = Json.createObjectBuilder()
        .add("format", FORMAT)
        .add("name", name)
        .add("dtype", dtype.lowerCaseName())
        .add("source_checksum", sourceChecksum)
        .add("canvas_multiple", canvasMultiple())
        .add("latent_channels", latentChannels)
        .add("latent_scale", latentScale)
        .add("scheduler_shift", schedulerShift)
        .add("text_encoder", Json.createObjectBuilder().add("head_dim", textHeadDim).add("rope_theta", textRopeTheta))
        .add("transformer", Json.createObjectBuilder().add("axes_dims", axes).add("rope_theta", ropeTheta));
    if (latentColours.areKnown()) {
      json.add(LATENT_COLOURS, Json.createObjectBuilder()
          .add("weights", list(latentColours.weights())).add("offsets", list(latentColours.offsets())));
    }
    if (!defaults.isEmpty()) {
      json.add(DEFAULTS, defaults.json());
    }
    JsonWriterFactory writers = Json.createWriterFactory(Map.of(JsonGenerator.PRETTY_PRINTING, true));
    try (Writer out = Files.newBufferedWriter(folder.resolve(FILE))) {
      writers.createWriter(out).writeObject(json.build());
    }
  }

  private static JsonArrayBuilder list(double[] values) {
    JsonArrayBuilder list = Json.createArrayBuilder();
    for (double value : values) {
      list.add(value);
    }
    return list;
  }
}
