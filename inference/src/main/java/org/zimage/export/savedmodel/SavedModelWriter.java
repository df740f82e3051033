package org.zimage.export.savedmodel;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;
import org.zimage.checkpoint.TensorEntry;
import org.zimage.checkpoint.weights.Weight;

/**
 * A graph whose weights are variables named like the checkpoint's tensors, and its SavedModel. The variables' values
 * stay where they are, in the checkpoint's files ({@link TensorBundle}). Owns the native graph; used by one thread,
 * closed by its creator.
 *
 * <p>TensorFlow-Java's own exporter handles neither resource variables nor values outside a session, so the SavedModel
 * is built from its protocol buffers (tensorflow/core/protobuf/saved_model.proto).
 */
public final class SavedModelWriter implements AutoCloseable {
  /**
   * How many tensors are read at once while a model is loaded: enough to keep a disk busy, few enough to bound memory.
   */
  private static final int RESTORE_LANES = 4;

  private record Variable(Weight weight, Operand<? extends TType> handle, Class<? extends TFloating> type,
      Layout layout, Operand<? extends TFloating> value) {}

  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final Map<String, SignatureDef> signatures = new LinkedHashMap<>();

  public Ops tf() {
    return tf;
  }

  /** The checkpoint's tensor as a variable of the given type and layout; the same key gives the same variable. */
  @SuppressWarnings("unchecked")
  public <T extends TFloating> Operand<T> weight(Weight weight, Class<T> type, Layout layout) {
    Variable variable = variables.computeIfAbsent(weight.key(), name -> {
      VarHandleOp handle = tf.withName(name).varHandleOp(type, Shape.of(layout.shape()), VarHandleOp.sharedName(name));
      return new Variable(weight, handle, type, layout, tf.withName(name + ".read").readVariableOp(handle, type));
    });
    return (Operand<T>) variable.value();
  }

  /**
   * A variable that has no value when the model is loaded, and is none of its weights.
   *
   * @return its handle
   */
  public <T extends TFloating> Operand<? extends TType> variable(String name, Class<T> type, Shape shape) {
    return tf.withName(name).varHandleOp(type, shape, VarHandleOp.sharedName(name));
  }

  public void signature(String name, Map<String, Operand<?>> inputs, Map<String, Operand<?>> outputs) {
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

  /**
   * Writes {@code saved_model.pb}, and beside it the weights that it restores.
   *
   * @param files the weights' files, as they are linked for all networks of a model
   * @return what each weight is, by its key: type, shape and checksum of what is stored
   */
  public SortedMap<String, String> write(Path folder, LinkedFiles files) throws IOException {
    writeGraph(folder);
    Map<String, Integer> checksums = TensorBundle.write(entries(), folder, files);
    SortedMap<String, String> descriptions = new TreeMap<>();
    for (Variable variable : variables.values()) {
      descriptions.put(variable.weight().key(), StoredWeight.describe(variable.weight(), checksums));
    }
    return descriptions;
  }

  private void writeGraph(Path folder) throws IOException {
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

  /** The tensors that are restored when the model is loaded, by the names of the checkpoint's index. */
  private Collection<TensorEntry> entries() {
    return variables.values().stream().flatMap(variable -> StoredWeight.entries(variable.weight())).toList();
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
    Operand value = StoredWeight.restored(lane, save, prefix, variable.weight());
    if (value.type() != variable.type()) {
      value = save.dtypes.cast(value, (Class) variable.type());
    }
    Layout layout = variable.layout();
    if (!layout.isAsStored()) {
      value = save.linalg.transpose(save.reshape(value, save.constant(layout.split())), save.constant(layout.order()));
      value = save.reshape(value, save.constant(layout.shape()));
    }
    return value;
  }

  @Override
  public void close() {
    graph.close();
  }
}
