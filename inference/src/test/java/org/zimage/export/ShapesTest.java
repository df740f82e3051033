package org.zimage.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.KernelDef;
import org.tensorflow.proto.KernelList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TInt32;
import org.zimage.checkpoint.Dtype;

/** On a GPU a shape that is computed there costs two copies, and the second waits for all that the GPU was given before. */
class ShapesTest {
  private static final Set<String> SHAPES = Set.of("Shape", "ShapeN", "Size", "Rank");
  private static final Set<DataType> OF_SHAPES = Set.of(DataType.DT_INT32, DataType.DT_INT64, DataType.DT_BOOL);

  @TempDir
  private static Path folder;
  private static final Map<Dtype, Path> EXPORTED = new EnumMap<>(Dtype.class);

  private static Path exported(Dtype dtype) {
    return EXPORTED.computeIfAbsent(dtype, type -> {
      Path out = folder.resolve(type.name());
      Exporter.export(Path.of("src/test/resources/fixtures/tiny"), out, new ExportOptions(type, "tiny", false));
      return out;
    });
  }

  @ParameterizedTest
  @EnumSource(value = Dtype.class, names = {"F32", "BF16"})
  void whatIsComputedFromShapesStaysInTheProcessorsMemory(Dtype dtype) {
    for (String network : List.of("text_encoder", "transformer", "vae_decoder", "vae_encoder")) {
      try (SavedModelBundle bundle = SavedModelBundle.load(exported(dtype).resolve(network).toString())) {
        assertThat(computedFromShapes(bundle.graph())).as(network).isNotEmpty();
        assertThat(computedOnAGpu(bundle.graph())).as(network).isEmpty();
      }
    }
  }

  /** A constant of int64 has a kernel on a GPU, one of int32 has none; those of the restoring part are read once. */
  @ParameterizedTest
  @ValueSource(strings = {"text_encoder", "transformer", "vae_decoder", "vae_encoder"})
  void shapesThatAreConstantsAreOfTheTypeThatStaysInTheProcessorsMemory(String network) {
    try (SavedModelBundle bundle = SavedModelBundle.load(exported(Dtype.F32).resolve(network).toString())) {
      assertThat(bundle.graph().toGraphDef().getNodeList()).filteredOn(node -> node.getOp().equals("Const"))
          .filteredOn(node -> node.getAttrOrThrow("dtype").getType() == DataType.DT_INT64)
          .extracting(NodeDef::getName).allMatch(name -> name.startsWith("save/"));
    }
  }

  @Test
  void anOperationWithAKernelOnTheGpuIsFound() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      tf.gather(tf.shape(tf.placeholder(TInt32.class)), tf.constant(0), tf.constant(0));

      assertThat(computedOnAGpu(graph)).containsExactly("Gather: GatherV2");
    }
  }

  private static List<String> computedOnAGpu(Graph graph) {
    return computedFromShapes(graph).stream().filter(node -> !staysWithTheProcessor(node))
        .map(node -> node.getName() + ": " + node.getOp()).toList();
  }

  /** The operations between a shape and what takes it that give numbers of shapes themselves. */
  private static List<NodeDef> computedFromShapes(Graph graph) {
    Map<String, List<NodeDef>> readers = new HashMap<>();
    Deque<NodeDef> reached = new ArrayDeque<>();
    for (NodeDef node : graph.toGraphDef().getNodeList()) {
      node.getInputList().forEach(input -> readers.computeIfAbsent(producer(input), name -> new ArrayList<>()).add(node));
      if (SHAPES.contains(node.getOp())) {
        reached.add(node);
      }
    }
    List<NodeDef> computed = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    while (!reached.isEmpty()) {
      for (NodeDef node : readers.getOrDefault(reached.poll().getName(), List.of())) {
        if (OF_SHAPES.contains(graph.operation(node.getName()).output(0).dataType()) && seen.add(node.getName())) {
          computed.add(node);
          reached.add(node);
        }
      }
    }
    return computed;
  }

  private static String producer(String input) {
    return input.split(":")[0];
  }

  /**
   * Kernels for DEFAULT serve GPUs as well, and are in each build of TensorFlow. They have their outputs in the processor's
   * memory where they say so.
   */
  private static boolean staysWithTheProcessor(NodeDef node) {
    return kernels(node.getOp()).stream().filter(kernel -> kernel.getDeviceType().equals("DEFAULT"))
        .filter(kernel -> kernel.getConstraintList().stream().allMatch(constraint -> constraint.getAllowedValues().getList()
            .getTypeList().contains(node.getAttrOrThrow(constraint.getName()).getType())))
        .anyMatch(kernel -> kernel.getHostMemoryArgCount() > 0);
  }

  private static List<KernelDef> kernels(String operation) {
    try (TF_Status status = TF_Status.newStatus()) {
      TF_Buffer buffer = tensorflow.TF_GetRegisteredKernelsForOp(operation, status);
      status.throwExceptionIfNotOK();
      try (buffer) {
        ByteBuffer bytes = buffer.data().capacity(buffer.length()).asByteBuffer();
        return KernelList.parseFrom(bytes).getKernelList();
      } catch (IOException cause) {
        throw new AssertionError(cause);
      }
    }
  }
}
