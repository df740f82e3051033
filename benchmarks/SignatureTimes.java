import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.NodeExecStats;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Calls the signatures of one exported network, without the pipeline around it. Started by real_layers.py, which writes
 * lines to it and reads one line for each:
 *
 * <pre>
 * input NAME 64,2560 FILE     takes a tensor's raw values, float32 or int32
 * run SIGNATURE               seconds of one call
 * write SIGNATURE OUTPUT FILE calls and writes an output's raw values as float32
 * trace SIGNATURE FILE        calls and writes what each operation took
 * </pre>
 */
final class SignatureTimes {
  private final SavedModelBundle bundle;
  private final Map<String, int[]> shapes = new HashMap<>();
  private final Map<String, Path> files = new HashMap<>();
  private final Map<String, Tensor> tensors = new HashMap<>();

  private SignatureTimes(SavedModelBundle bundle) {
    this.bundle = bundle;
  }

  public static void main(String[] arguments) throws IOException {
    System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    ConfigProto options = ConfigProto.newBuilder().setIntraOpParallelismThreads(Integer.parseInt(arguments[1]))
        .setInterOpParallelismThreads(1).build();
    try (SavedModelBundle bundle = SavedModelBundle.loader(arguments[0]).withConfigProto(options).load();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in))) {
      SignatureTimes times = new SignatureTimes(bundle);
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        System.out.println(times.answer(line.split(" ")));
      }
    }
  }

  private String answer(String[] words) throws IOException {
    switch (words[0]) {
      case "input" -> {
        shapes.put(words[1], Arrays.stream(words[2].split(",")).mapToInt(Integer::parseInt).toArray());
        files.put(words[1], Path.of(words[3]));
        Tensor old = tensors.remove(words[1]);
        if (old != null) {
          old.close();
        }
      }
      case "run" -> {
        Session.Runner runner = fetching(words[1], null);
        long start = System.nanoTime();
        runner.run().close();
        return Double.toString((System.nanoTime() - start) / 1e9);
      }
      case "write" -> write(words[1], words[2], Path.of(words[3]));
      case "trace" -> trace(words[1], Path.of(words[2]));
      default -> throw new IllegalArgumentException(words[0]);
    }
    return "done";
  }

  /** @param output null for all, but the picture's bytes rather than its values */
  private Session.Runner fetching(String signatureName, String output) {
    SignatureDef signature = bundle.metaGraphDef().getSignatureDefMap().get(signatureName);
    Session.Runner runner = bundle.session().runner();
    signature.getInputsMap().forEach((name, info) -> runner.feed(info.getName(),
        tensors.computeIfAbsent(name, missing -> tensor(missing, info))));
    String wanted = output != null ? output : signature.containsOutputs("image") ? "image"
        : signature.getOutputsMap().keySet().iterator().next();
    return runner.fetch(signature.getOutputsOrThrow(wanted).getName());
  }

  private Tensor tensor(String name, TensorInfo info) {
    Shape shape = Shape.of(Arrays.stream(shapes.get(name)).asLongStream().toArray());
    try {
      ByteBuffer raw = ByteBuffer.wrap(Files.readAllBytes(files.get(name))).order(ByteOrder.LITTLE_ENDIAN);
      if (info.getDtype() == org.tensorflow.proto.DataType.DT_INT32) {
        int[] values = new int[raw.remaining() / Integer.BYTES];
        raw.asIntBuffer().get(values);
        return TInt32.tensorOf(shape, DataBuffers.of(values));
      }
      float[] values = new float[raw.remaining() / Float.BYTES];
      raw.asFloatBuffer().get(values);
      return info.getDtype() == org.tensorflow.proto.DataType.DT_BFLOAT16
          ? TBfloat16.tensorOf(shape, DataBuffers.of(values)) : TFloat32.tensorOf(shape, DataBuffers.of(values));
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  private void write(String signature, String output, Path file) throws IOException {
    try (Result result = fetching(signature, output).run()) {
      Tensor tensor = result.get(0);
      float[] values = new float[(int) tensor.shape().size()];
      if (tensor instanceof TFloat32 exact) {
        exact.copyTo(DataBuffers.of(values));
      } else {
        ((TBfloat16) tensor).copyTo(DataBuffers.of(values));
      }
      ByteBuffer raw = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
      raw.asFloatBuffer().put(values);
      Files.write(file, raw.array());
    }
  }

  private record Operation(String name, double milliseconds, String label) {}

  private void trace(String signature, Path file) throws IOException {
    RunOptions full = RunOptions.newBuilder().setTraceLevel(RunOptions.TraceLevel.FULL_TRACE).build();
    try (Result result = fetching(signature, null).setOptions(full).runAndFetchMetadata()) {
      List<String> lines = result.getMetadata().orElseThrow().getStepStats().getDevStatsList().stream()
          .flatMap(device -> device.getNodeStatsList().stream()).map(SignatureTimes::operation)
          .sorted(Comparator.comparingDouble(Operation::milliseconds).reversed())
          .map(each -> String.format("%.3f\t%s\t%s", each.milliseconds(), each.name(), each.label())).toList();
      Files.write(file, lines);
    }
  }

  private static Operation operation(NodeExecStats stats) {
    String type = stats.getTimelineLabel().replaceFirst("^.*? = ", "").replaceFirst("\\(.*", "");
    return new Operation(type, (stats.getOpEndRelMicros() - stats.getOpStartRelMicros()) / 1000.0,
        stats.getNodeName() + " " + stats.getOutputList().stream().map(output -> output.getTensorDescription().getShape()
            .getDimList().stream().map(dim -> Long.toString(dim.getSize())).toList().toString()).toList());
  }
}
