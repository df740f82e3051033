package org.zimage.pipeline;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.zimage.adapter.AppliedAdapter;
import org.zimage.adapter.JoinedLayer;
import org.zimage.model.AdapterNames;
import org.zimage.pipeline.network.ModelException;
import org.zimage.pipeline.network.Network;

/**
 * Puts adapters into the transformer's variables (signature {@code adapt} of the export), and knows which are there. They stay there
 * for the next generation with the same ones. Generations with the same adapters, or with none, run at the same time; one with others
 * waits until they are done. Thread-safe.
 */
final class AdapterSwitch {
  private final String model;
  private final Network network;
  private List<AppliedAdapter> held = List.of();
  private int users;

  /** @param model its name, for errors */
  AdapterSwitch(String model, Network network) {
    this.model = model;
    this.network = network;
  }

  Transformer with(List<AppliedAdapter> wanted) {
    List<AppliedAdapter> adding = wanted.stream().filter(applied -> applied.strength() != 0).toList();
    if (adding.isEmpty()) {
      return new Transformer(network, "", () -> { });
    }
    if (!network.has(AdapterNames.ADAPT)) {
      throw new ModelException(ModelException.Reason.EXPORT_TOO_OLD, "model " + model
          + " was exported before there were adapters: export the checkpoint again with this version", null);
    }
    use(adding);
    return new Transformer(network, AdapterNames.WITH_ADAPTERS, this::release);
  }

  private synchronized void use(List<AppliedAdapter> adding) {
    awaitNoOthers(adding);
    if (!adding.equals(held)) {
      held = List.of(); // a failure may leave some of them
      apply(JoinedLayer.of(adding));
      held = adding;
    }
    users++;
  }

  private void awaitNoOthers(List<AppliedAdapter> adding) {
    boolean interrupted = false;
    while (users > 0 && !adding.equals(held)) {
      try {
        wait();
      } catch (InterruptedException shallStop) {
        interrupted = true; // told to whoever looks: a generation is stopped by its listener
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void release() {
    users--;
    notifyAll();
  }

  private void apply(Map<String, JoinedLayer> layers) {
    Map<String, TFloat32> inputs = new HashMap<>();
    try {
      for (String input : network.inputs(AdapterNames.ADAPT)) {
        inputs.put(input, tensor(input, layers));
      }
      network.call(AdapterNames.ADAPT, inputs, "done").close();
    } finally {
      inputs.values().forEach(TFloat32::close);
    }
  }

  private TFloat32 tensor(String input, Map<String, JoinedLayer> layers) {
    boolean down = input.endsWith(AdapterNames.DOWN);
    JoinedLayer layer = layers.get(input.substring(0, input.length() - (down ? AdapterNames.DOWN : AdapterNames.UP).length()));
    long[] shape = network.inputShape(AdapterNames.ADAPT, input);
    shape[down ? 0 : 1] = layer == null ? 0 : layer.rank();
    float[] values = layer == null ? new float[0] : down ? layer.down() : layer.up();
    return TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(values, true, false));
  }
}
