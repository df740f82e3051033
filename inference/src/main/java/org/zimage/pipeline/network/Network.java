package org.zimage.pipeline.network;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TFResourceExhaustedException;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorShapeProto;
import org.zimage.model.AdapterNames;

/** A loaded SavedModel. Owns its session and weights. Thread-safe; {@code ZImageModel} closes it. */
public final class Network implements AutoCloseable {
  /** The beginning of the first of several errors that TensorFlow reports as "2 root error(s) found.". */
  private static final String FIRST_OF_SEVERAL = "  (0) ";
  /** The length at which an error is cut. */
  private static final int MAX_ERROR_CHARACTERS = 500;
  private static final String SAVED_MODEL = "saved_model.pb";
  private static final String LIBDEVICE_REMEDY = "TensorFlow compiles kernels for the GPU with nvvm/libdevice/libdevice.10.bc of the "
      + "CUDA toolkit (Debian: cuda-nvcc-12-5, PyPI: nvidia-cuda-nvcc-cu12), below /usr/local/cuda or the folder that "
      + "XLA_FLAGS=--xla_gpu_cuda_data_dir=FOLDER names";

  private final Path folder;
  private final SavedModelBundle bundle;
  private final Map<String, SignatureDef> signatures;
  private final Map<String, Weight> weights;

  /** A variable of the graph, which holds a tensor of the checkpoint. */
  private record Weight(long[] shape, int bytes) {
    static Weight of(NodeDef variable) {
      return new Weight(sizes(variable.getAttrOrThrow("shape").getShape()),
          variable.getAttrOrThrow("dtype").getType() == DataType.DT_FLOAT ? Float.BYTES : Short.BYTES);
    }
  }

  private Network(Path folder, SavedModelBundle bundle) {
    this.folder = folder;
    this.bundle = bundle;
    MetaGraphDef definition = bundle.metaGraphDef();
    this.signatures = Map.copyOf(definition.getSignatureDefMap());
    this.weights = weights(definition);
  }

  /** @param options for so many bytes of weights */
  public static Network load(Path folder, LongFunction<ConfigProto> options) {
    if (!Files.isRegularFile(folder.resolve(SAVED_MODEL))) {
      throw new ModelException(ModelException.Reason.MODEL_MISSING,
          folder + " holds no " + SAVED_MODEL + ": export the checkpoint again", null);
    }
    try {
      ConfigProto session = options.apply(weightBytes(folder));
      return of(folder, SavedModelBundle.loader(folder.toString()).withConfigProto(session).load());
    } catch (IOException cause) {
      throw new ModelException(ModelException.Reason.MODEL_MISSING, folder + " has no weights (" + cause
          + "): export the checkpoint again", cause);
    } catch (TFResourceExhaustedException cause) {
      throw new ModelException(ModelException.Reason.OUT_OF_MEMORY, folder + " does not fit into memory", cause);
    } catch (RuntimeException cause) { // TensorFlow's exceptions have no other ancestor in common
      throw new ModelException(ModelException.Reason.MODEL_MISSING, folder + " cannot be loaded (" + firstError(cause.getMessage())
          + "): export the checkpoint again", cause);
    }
  }

  /**
   * The shapes of the weights of a SavedModel that is not loaded, by their keys in the checkpoint.
   *
   * @throws ModelException if there is none
   */
  public static Map<String, long[]> weightShapes(Path folder) {
    try (InputStream file = Files.newInputStream(folder.resolve(SAVED_MODEL))) {
      return shapes(weights(SavedModel.parseFrom(file).getMetaGraphs(0)));
    } catch (IOException | IndexOutOfBoundsException cause) {
      throw new ModelException(ModelException.Reason.MODEL_MISSING, folder + " holds no " + SAVED_MODEL
          + " that can be read: export the checkpoint again", cause);
    }
  }

  /** Of the variables, those that come from the checkpoint. */
  private static Map<String, Weight> weights(MetaGraphDef definition) {
    return definition.getGraphDef().getNodeList().stream().filter(node -> node.getOp().equals("VarHandleOp"))
        .filter(node -> !node.getName().startsWith(AdapterNames.VARIABLES))
        .collect(Collectors.toUnmodifiableMap(node -> node.getAttrOrThrow("shared_name").getS().toStringUtf8(), Weight::of));
  }

  private static Network of(Path folder, SavedModelBundle bundle) {
    try {
      return new Network(folder, bundle);
    } catch (RuntimeException | Error cause) {
      bundle.close();
      throw cause;
    }
  }

  private static long weightBytes(Path folder) throws IOException {
    long bytes = 0;
    try (DirectoryStream<Path> shards = Files.newDirectoryStream(folder.resolve("variables"), "*.data-*")) {
      for (Path shard : shards) {
        bytes += Files.size(shard);
      }
    }
    return bytes;
  }

  public boolean has(String signature) {
    return signatures.containsKey(signature);
  }

  /** Whether a tensor of the checkpoint belongs to this network. */
  public boolean hasWeight(String key) {
    return weights.containsKey(key);
  }

  /** The shape as the graph has it: a linear layer's [out, in], a convolution's [height, width, in, out]. */
  public long[] weightShape(String key) {
    return weights.get(key).shape();
  }

  /** The bytes of one element of a weight. */
  public int weightBytes(String key) {
    return weights.get(key).bytes();
  }

  /** The shapes of all weights, by their keys in the checkpoint. */
  public Map<String, long[]> weightShapes() {
    return shapes(weights);
  }

  private static Map<String, long[]> shapes(Map<String, Weight> weights) {
    return weights.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, weight -> weight.getValue().shape()));
  }

  /** The names of a signature's inputs. */
  public Set<String> inputs(String signature) {
    return signatures.get(signature).getInputsMap().keySet();
  }

  /** The shape of an input; -1 where any size is taken. */
  public long[] inputShape(String signature, String input) {
    return sizes(signatures.get(signature).getInputsOrThrow(input).getTensorShape());
  }

  private static long[] sizes(TensorShapeProto shape) {
    return shape.getDimList().stream().mapToLong(TensorShapeProto.Dim::getSize).toArray();
  }

  /**
   * Calls a signature.
   *
   * @return its outputs by name; the caller closes the result
   */
  public Outputs call(String signatureName, Map<String, ? extends Tensor> inputs, String... outputs) {
    SignatureDef signature = signatures.get(signatureName);
    Session.Runner runner = bundle.session().runner();
    inputs.forEach((name, tensor) -> runner.feed(signature.getInputsOrThrow(name).getName(), tensor));
    Map<String, Integer> places = new LinkedHashMap<>();
    for (String output : outputs) {
      places.put(output, places.size());
      runner.fetch(signature.getOutputsOrThrow(output).getName());
    }
    try {
      return new Outputs(runner.run(), places);
    } catch (TFResourceExhaustedException cause) {
      throw new ModelException(ModelException.Reason.OUT_OF_MEMORY, "out of memory in " + folder.getFileName(), cause);
    } catch (RuntimeException cause) {
      throw failed(cause);
    }
  }

  /**
   * The exception for a failed call. TensorFlow compiles some kernels for GPUs only when a picture needs them, so a library may
   * prove missing here.
   */
  private ModelException failed(RuntimeException cause) {
    String what = folder.getFileName() + ": " + firstError(cause.getMessage());
    return what.contains("JIT compilation failed") || what.contains("libdevice")
        ? new ModelException(ModelException.Reason.LIBRARY_MISSING, what + ": " + LIBDEVICE_REMEDY, cause)
        : new ModelException(ModelException.Reason.FAILED, what, cause);
  }

  /** The text of the first error, without the list of operations behind it. TensorFlow puts the number of errors before it. */
  static String firstError(String message) {
    List<String> lines = String.valueOf(message).lines().toList();
    String first = lines.stream().filter(line -> line.startsWith(FIRST_OF_SEVERAL)).findFirst()
        .map(line -> line.substring(FIRST_OF_SEVERAL.length())).orElse(lines.isEmpty() ? "" : lines.get(0)).strip();
    return first.length() <= MAX_ERROR_CHARACTERS ? first : first.substring(0, MAX_ERROR_CHARACTERS) + "…";
  }

  /** The outputs of a call. Owns the native tensors; the caller closes it. */
  public record Outputs(Result result, Map<String, Integer> places) implements AutoCloseable {
    public Tensor get(String name) {
      return result.get(places.get(name));
    }

    @Override
    public void close() {
      result.close();
    }
  }

  @Override
  public void close() {
    bundle.close();
  }
}
