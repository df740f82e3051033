package org.zimage.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.zimage.adapter.AdapterTargets;
import org.zimage.adapter.AppliedAdapter;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.model.Canvas;
import org.zimage.model.ModelManifest;
import org.zimage.model.NativeMemory;
import org.zimage.picture.Picture;
import org.zimage.pipeline.memory.MemoryGuard;
import org.zimage.pipeline.memory.MemoryPlan;
import org.zimage.pipeline.network.Device;
import org.zimage.pipeline.network.ModelException;
import org.zimage.pipeline.network.Network;
import org.zimage.pipeline.network.SessionOptions;

/**
 * A loaded model: its weights are immutable and shared by all generations. Owns the native sessions and must be closed.
 * Thread-safe. Generations at the same time share the device's memory and processors; one after the other is faster.
 */
public final class ZImageModel implements AutoCloseable {
  static {
    NativeMemory.allowMoreThanTheHeap();
  }

  private final ModelManifest manifest;
  private final PromptEncoder promptEncoder;
  private final Network transformer;
  private final Network vaeDecoder;
  /** Null in a model that was exported before there was one. */
  private final Network vaeEncoder;
  private final Device device;
  private final MemoryPlan memoryPlan;
  private final MemoryGuard memory;
  private final AdapterSwitch adapters;
  private final AdapterTargets adapterTargets;

  private ZImageModel(ModelManifest manifest, Device device, PromptEncoder promptEncoder, Network transformer, Network vaeDecoder,
      Network vaeEncoder) {
    this.manifest = manifest;
    this.device = device;
    this.promptEncoder = promptEncoder;
    this.transformer = transformer;
    this.vaeDecoder = vaeDecoder;
    this.vaeEncoder = vaeEncoder;
    this.memoryPlan = MemoryPlan.of(transformer, vaeDecoder, vaeEncoder);
    this.memory = new MemoryGuard(device);
    this.adapters = new AdapterSwitch(manifest.name(), transformer);
    this.adapterTargets = new AdapterTargets(transformer.weightShapes());
  }

  /**
   * Loads an exported model.
   *
   * @param folder that {@code zimage export} made
   * @throws ModelException if there is none, or it cannot be loaded
   */
  public static ZImageModel load(Path folder, SessionOptions options) {
    Deque<AutoCloseable> loaded = new ArrayDeque<>();
    try {
      ModelManifest manifest = manifest(folder);
      Device device = Device.find(options);
      PromptEncoder promptEncoder = PromptEncoder.load(folder, manifest, options);
      loaded.push(promptEncoder::close);
      Network transformer = Network.load(folder.resolve(ModelManifest.TRANSFORMER), options::forTokens);
      loaded.push(transformer::close);
      Network vaeDecoder = Network.load(folder.resolve(ModelManifest.VAE_DECODER), weightBytes -> options.forPictures());
      loaded.push(vaeDecoder::close);
      Network vaeEncoder = encoder(folder.resolve(ModelManifest.VAE_ENCODER), options);
      if (vaeEncoder != null) {
        loaded.push(vaeEncoder::close);
      }
      return new ZImageModel(manifest, device, promptEncoder, transformer, vaeDecoder, vaeEncoder);
    } catch (LinkageError cause) {
      closeAll(loaded, cause);
      throw new ModelException(ModelException.Reason.LIBRARY_MISSING,
          "TensorFlow or the tokenizer cannot be loaded on this machine: " + cause.getMessage(), cause);
    } catch (ModelException | Error cause) {
      closeAll(loaded, cause);
      throw cause;
    } catch (RuntimeException cause) {
      closeAll(loaded, cause);
      throw new ModelException(ModelException.Reason.MODEL_MISSING,
          folder + " holds no usable model (" + cause + "): export the checkpoint again", cause);
    }
  }

  private static Network encoder(Path folder, SessionOptions options) {
    return Files.exists(folder) ? Network.load(folder, weightBytes -> options.forPictures()) : null;
  }

  /** Closes what was loaded before the part that failed. Nobody else would ever free these gigabytes. */
  private static void closeAll(Deque<AutoCloseable> loaded, Throwable cause) {
    for (AutoCloseable part : loaded) {
      try {
        part.close();
      } catch (Exception | Error alsoFailed) {
        cause.addSuppressed(alsoFailed);
      }
    }
  }

  private static ModelManifest manifest(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ModelException(ModelException.Reason.MODEL_MISSING,
          folder + " is not a folder: name one that 'zimage export' made", null);
    }
    try {
      return ModelManifest.read(folder);
    } catch (CheckpointException cause) {
      throw new ModelException(ModelException.Reason.MODEL_MISSING, cause.getMessage() + ": name a folder that 'zimage export' made",
          cause);
    }
  }

  public ModelManifest manifest() {
    return manifest;
  }

  /** Where its pictures are computed. */
  public Device device() {
    return device;
  }

  /** Whether it can start from pictures. A model that was exported before there was an encoder draws from prompts only. */
  public boolean startsFromPictures() {
    return vaeEncoder != null;
  }

  /**
   * Draws a picture.
   *
   * @throws GenerationCancelled if the listener asked to stop
   * @throws ModelException if the model fails, for example for want of memory, or if it shall start from a picture and cannot; it can
   *     be used again
   */
  public Picture generate(Sampling sampling, StepListener listener) {
    if (!listener.mayBegin()) {
      throw new GenerationCancelled(0, sampling.steps());
    }
    if (sampling.start() instanceof Start.FromPicture) {
      vaeEncoder(); // before the work that would be in vain
    }
    try (Generation generation = new Generation(this, sampling)) {
      return generation.run(listener);
    } catch (OutOfMemoryError cause) {
      throw new ModelException(ModelException.Reason.OUT_OF_MEMORY, "Java found no memory: " + cause.getMessage(), cause);
    }
  }

  /**
   * The side in pixels of the largest square picture for which memory is free now; 0 if there is none. How much memory a GPU has is
   * not known before, so for a GPU it is the largest side that may be asked for.
   */
  public int largestSquare() {
    long room = memory.room();
    for (int side = Sampling.MAX_SIDE_PIXELS; side >= Sampling.MIN_SIDE_PIXELS; side -= manifest.canvasMultiple()) {
      Canvas canvas = Canvas.holding(side, side, manifest);
      if (memoryPlan.picture(canvas, canvas.paddedTokens() + Sampling.MAX_SEQUENCE_TOKENS) <= room) {
        return side;
      }
    }
    return 0;
  }

  MemoryPlan memoryPlan() {
    return memoryPlan;
  }

  MemoryGuard memory() {
    return memory;
  }

  PromptEncoder promptEncoder() {
    return promptEncoder;
  }

  /** The layers that adapters may add to. */
  public AdapterTargets adapterTargets() {
    return adapterTargets;
  }

  /**
   * The transformer with the adapters. The caller closes it: until then no generation with other adapters begins.
   *
   * @throws ModelException if the model was exported before there were adapters
   */
  Transformer transformer(List<AppliedAdapter> wanted) {
    return adapters.with(wanted);
  }

  Network vaeDecoder() {
    return vaeDecoder;
  }

  /** @throws ModelException if there is none */
  Network vaeEncoder() {
    if (vaeEncoder == null) {
      throw new ModelException(ModelException.Reason.EXPORT_TOO_OLD, "model " + manifest.name() + " has no "
          + ModelManifest.VAE_ENCODER + ", so that it draws from prompts only: export the checkpoint again with this version", null);
    }
    return vaeEncoder;
  }

  @Override
  public void close() {
    promptEncoder.close();
    transformer.close();
    vaeDecoder.close();
    if (vaeEncoder != null) {
      vaeEncoder.close();
    }
  }
}
