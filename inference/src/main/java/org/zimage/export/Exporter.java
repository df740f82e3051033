package org.zimage.export;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;
import org.zimage.checkpoint.Checksum;
import org.zimage.checkpoint.Dtype;
import org.zimage.checkpoint.VaeConfig;
import org.zimage.checkpoint.source.CheckpointSources;
import org.zimage.checkpoint.source.ZImageCheckpoint;
import org.zimage.export.savedmodel.LinkedFiles;
import org.zimage.export.savedmodel.SavedModelWriter;
import org.zimage.model.LatentColours;
import org.zimage.model.ModelManifest;
import org.zimage.model.NativeMemory;

/**
 * Makes a folder of SavedModels from a checkpoint. Everything is built in a folder beside the target and moved there
 * when it is complete, so an interrupted export leaves nothing that looks finished. Memory does not depend on the size of
 * transformer and text encoder: tensors are mapped one after the other for their checksums, and linked, not copied. The
 * autoencoder is loaded, for the colours of previews.
 */
public final class Exporter {
  private static final String UNFINISHED = ".unfinished-";
  /** The beginning of no key. */
  private static final String NOTHING = "\0";

  static {
    NativeMemory.allowMoreThanTheHeap();
  }

  private final ZImageCheckpoint checkpoint;
  private final ExportOptions options;
  private final Path folder;
  private final MessageDigest digest = Checksum.begin();
  private final LinkedFiles files = new LinkedFiles();

  private Exporter(ZImageCheckpoint checkpoint, ExportOptions options, Path folder) {
    this.checkpoint = checkpoint;
    this.options = options;
    this.folder = folder;
  }

  /** Exports a checkpoint that lies in one place. */
  public static ModelManifest export(Path checkpoint, Path out, ExportOptions options) {
    return export(CheckpointSources.of(checkpoint), out, options);
  }

  /**
   * Exports a checkpoint.
   *
   * @return the manifest of the exported model
   * @throws org.zimage.checkpoint.CheckpointException if the checkpoint is wrong or incomplete
   * @throws ExportException if the target exists or cannot be written
   */
  public static ModelManifest export(CheckpointSources sources, Path out, ExportOptions options) {
    Path target = out.toAbsolutePath().normalize();
    if (Files.exists(target) && !options.overwrite()) {
      throw new ExportException(target + " exists: choose another place, or add --overwrite to replace it");
    }
    if (Files.exists(target) && !Files.isRegularFile(target.resolve(ModelManifest.FILE))) {
      throw new ExportException(target + " is no exported model (it has no " + ModelManifest.FILE + ") and is not replaced");
    }
    ZImageCheckpoint source = ZImageCheckpoint.open(sources);
    // Nobody can foretell the name, and own the folder that the model is made in
    Path unfinished = target.resolveSibling(
        "." + target.getFileName() + UNFINISHED + ProcessHandle.current().pid() + "-" + UUID.randomUUID());
    try {
      Files.createDirectories(target.getParent());
      removeAbandoned(target);
      Files.createDirectory(unfinished);
      ModelManifest manifest = new Exporter(source, options, unfinished).export();
      replace(target, unfinished);
      return manifest;
    } catch (FileSystemException cause) {
      throw new ExportException(cause.getFile() + " cannot be written: " + reason(cause), cause);
    } catch (IOException cause) {
      throw new ExportException(target + " cannot be written: " + cause.getMessage(), cause);
    } finally {
      deleteQuietly(unfinished);
    }
  }

  private static String reason(FileSystemException cause) {
    return cause.getReason() == null ? cause.getClass().getSimpleName() : cause.getReason();
  }

  private ModelManifest export() throws IOException {
    Class<? extends TFloating> type = options.dtype() == Dtype.BF16 ? TBfloat16.class : TFloat32.class;
    Set<String> ofTextEncoder = component(ModelManifest.TEXT_ENCODER, model ->
        Qwen3Encoder.build(model, checkpoint.textEncoder(), checkpoint.textEncoderWeights(), type));
    checkpoint.textEncoderWeights().requireAllUsed(ofTextEncoder, "layers." + (checkpoint.textEncoder().layers() - 1) + ".");
    Set<String> ofTransformer = component(ModelManifest.TRANSFORMER, model ->
        ZImageTransformer.build(model, checkpoint.transformer(), checkpoint.transformerWeights(), type));
    checkpoint.transformerWeights().requireAllUsed(ofTransformer, NOTHING);
    Set<String> ofVae = component(ModelManifest.VAE_DECODER, model ->
        VaeDecoder.build(model, checkpoint.vae(), checkpoint.vaeWeights(), type, true));
    ofVae.addAll(component(ModelManifest.VAE_ENCODER, model ->
        VaeEncoder.build(model, checkpoint.vae(), checkpoint.vaeWeights(), type, true)));
    checkpoint.vaeWeights().requireAllUsed(ofVae, NOTHING);
    Files.copy(checkpoint.tokenizer(), folder.resolve(ModelManifest.TOKENIZER));
    ModelManifest manifest = ModelManifest.of(options.name(), options.dtype(), HexFormat.of().formatHex(digest.digest()),
        checkpoint.textEncoder(), checkpoint.transformer(), checkpoint.vae(), checkpoint.schedulerShift(),
        latentColours(), options.defaults().or(checkpoint.defaults()));
    manifest.write(folder);
    return manifest;
  }

  /** By an autoencoder without stripes, which is loaded in a third of the time, in half the memory that float32 takes. */
  private LatentColours latentColours() throws IOException {
    VaeConfig vae = checkpoint.vae();
    Path small = folder.resolve("small");
    try {
      write(small.resolve(ModelManifest.VAE_ENCODER), model ->
          VaeEncoder.build(model, vae, checkpoint.vaeWeights(), TBfloat16.class, false));
      write(small.resolve(ModelManifest.VAE_DECODER), model ->
          VaeDecoder.build(model, vae, checkpoint.vaeWeights(), TBfloat16.class, false));
      return ColourFit.of(small, vae.latentChannels(), vae.scale());
    } finally {
      deleteQuietly(small);
    }
  }

  private interface Network {
    void buildInto(SavedModelWriter model);
  }

  /** @return the keys of its weights */
  private Set<String> component(String name, Network network) throws IOException {
    SortedMap<String, String> weights = write(folder.resolve(name), network);
    weights.forEach((key, stored) -> digest.update((name + "/" + key + " " + stored + "\n").getBytes(StandardCharsets.UTF_8)));
    return new TreeSet<>(weights.keySet());
  }

  /** @return how its weights are stored, by their keys */
  private SortedMap<String, String> write(Path place, Network network) throws IOException {
    try (SavedModelWriter model = new SavedModelWriter()) {
      network.buildInto(model);
      return model.write(place, files);
    }
  }

  /** Replaces the old export only when the new one is complete. */
  private static void replace(Path target, Path finished) throws IOException {
    if (Files.exists(target)) {
      Path old = finished.resolveSibling(finished.getFileName() + "-old");
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
      Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE);
      delete(old);
    } else {
      Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Deletes what killed exports have left beside the target. */
  private static void removeAbandoned(Path target) throws IOException {
    Pattern name = Pattern.compile(Pattern.quote("." + target.getFileName() + UNFINISHED) + "(\\d{1,18})-.*");
    try (Stream<Path> siblings = Files.list(target.getParent())) {
      for (Path sibling : siblings.toList()) {
        Matcher abandoned = name.matcher(sibling.getFileName().toString());
        if (abandoned.matches() && ProcessHandle.of(Long.parseLong(abandoned.group(1))).isEmpty()) {
          deleteQuietly(sibling);
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void deleteQuietly(Path folder) {
    if (Files.exists(folder)) {
      try {
        delete(folder);
      } catch (IOException cause) {
        System.getLogger(Exporter.class.getName())
            .log(System.Logger.Level.WARNING, "Could not remove " + folder, cause);
      }
    }
  }
}
