package org.zimage.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;
import org.zimage.checkpoint.Dtype;
import org.zimage.checkpoint.TensorEntry;

/**
 * A graph whose weights are variables named like the checkpoint's tensors, and its SavedModel. The variables' values
 * stay where they are, in the safetensors files ({@link TensorBundle}). Owns the native graph; used by one thread,
 * closed by its creator.
 *
 * <p>TensorFlow-Java's own exporter handles neither resource variables nor values outside a session, so the SavedModel
 * is built from its protocol buffers (tensorflow/core/protobuf/saved_model.proto).
 */
final class SavedModelWriter implements AutoCloseable {
  /**
   * How many tensors are read at once while a model is loaded: enough to keep a disk busy, few enough to bound memory.
   */
  private static final int RESTORE_LANES = 4;

  private record Variable(TensorEntry entry, Operand<? extends TType> handle, Class<? extends TFloating> type,
      Layout layout, Operand<? extends TFloating> value) {}

  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final Map<String, SignatureDef> signatures = new LinkedHashMap<>();

  Ops tf() {
    return tf;
  }

  /** The checkpoint's tensor as a variable of the given type and layout; the same key gives the same variable. */
  @SuppressWarnings("unchecked")
  <T extends TFloating> Operand<T> weight(TensorEntry entry, Class<T> type, Layout layout) {
    Variable variable = variables.computeIfAbsent(entry.name(), name -> {
      VarHandleOp handle = tf.withName(name).varHandleOp(type, Shape.of(layout.shape()), VarHandleOp.sharedName(name));
      return new Variable(entry, handle, type, layout, tf.withName(name + ".read").readVariableOp(handle, type));
    });
    return (Operand<T>) variable.value();
  }

  void signature(String name, Map<String, Operand<?>> inputs, Map<String, Operand<?>> outputs) {
    SignatureDef.Builder signature = SignatureDef.newBuilder().setMethodName("tensorflow/serving/predict");
    inputs.forEach((key, operand) -> signature.putInputs(key, describe(operand)));
    outputs.forEach((key, operand) -> signature.putOutputs(key, describe(operand)));
    signatures.put(name, signature.build());
  }

  private static TensorInfo describe(Operand<?> operand) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    if (operand.shape().isUnknown()) {
      shape.setUnknownRank(true);
    } else {
      for (long size : operand.shape().asArray()) {
        shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
      }
    }
    return TensorInfo.newBuilder()
        .setName(operand.asOutput().name())
        .setDtype(operand.asOutput().dataType())
        .setTensorShape(shape)
        .build();
  }

  /** Writes {@code saved_model.pb}; the weights it names are {@link #entries()}. */
  void write(Path folder) throws IOException {
    MetaGraphDef model = MetaGraphDef.newBuilder()
        .setMetaInfoDef(MetaGraphDef.MetaInfoDef.newBuilder().addTags(SavedModelBundle.DEFAULT_TAG))
        .setSaverDef(saver())
        .setGraphDef(graph.toGraphDef())
        .putAllSignatureDef(signatures)
        .build();
    Files.createDirectories(folder);
    try (OutputStream out = Files.newOutputStream(folder.resolve("saved_model.pb"))) {
      SavedModel.newBuilder().setSavedModelSchemaVersion(1).addMetaGraphs(model).build().writeTo(out);
    }
  }

  Collection<TensorEntry> entries() {
    return variables.values().stream().map(Variable::entry).toList();
  }

  /** Restores every variable: read, cast, lay out, assign; in lanes, so that few tensors are in flight at once. */
  private SaverDef saver() {
    Ops save = tf.withSubScope("save");
    Placeholder<TString> prefix = save.withName("prefix").placeholder(TString.class, Placeholder.shape(Shape.scalar()));
    Op[] lanes = new Op[RESTORE_LANES];
    List<Op> assignments = new ArrayList<>();
    int next = 0;
    for (Variable variable : variables.values()) {
      Op before = lanes[next % RESTORE_LANES];
      Ops lane = before == null ? save : save.withControlDependencies(before);
      Op assignment = save.assignVariableOp(variable.handle(), restored(lane, save, prefix, variable));
      lanes[next++ % RESTORE_LANES] = assignment;
      assignments.add(assignment);
    }
    Op all = save.withControlDependencies(assignments).withName("restore_all").noOp();
    return SaverDef.newBuilder()
        .setVersion(SaverDef.CheckpointFormatVersion.V2)
        .setFilenameTensorName(prefix.output().name())
        .setRestoreOpName(all.op().name())
        .build();
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Operand<?> restored(Ops lane, Ops save, Placeholder<TString> prefix, Variable variable) {
    Class<? extends TType> stored = typeOf(variable.entry().dtype());
    Operand value = lane.train.restore(prefix, save.array(variable.entry().name()), save.array(""), List.of(stored))
        .tensors().get(0);
    if (stored != variable.type()) {
      value = save.dtypes.cast(value, (Class) variable.type());
    }
    Layout layout = variable.layout();
    if (!layout.isAsStored()) {
      value = save.linalg.transpose(save.reshape(value, save.constant(layout.split())), save.constant(layout.order()));
      value = save.reshape(value, save.constant(layout.shape()));
    }
    return value;
  }

  static Class<? extends TFloating> typeOf(Dtype dtype) {
    return switch (dtype) {
      case F32 -> TFloat32.class;
      case BF16 -> TBfloat16.class;
      case F16 -> TFloat16.class;
      case U8 -> throw new IllegalArgumentException("weights are floating point, not " + dtype);
    };
  }

  @Override
  public void close() {
    graph.close();
  }
}
