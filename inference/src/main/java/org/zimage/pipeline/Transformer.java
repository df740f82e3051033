package org.zimage.pipeline;

import java.util.Map;
import org.tensorflow.Tensor;
import org.zimage.pipeline.network.Network;

/** The transformer as one generation uses it: as the checkpoint is, or with adapters. Closed by the generation. */
final class Transformer implements AutoCloseable {
  private final Network network;
  private final String ending;
  private final Runnable atEnd;

  /**
   * @param ending of the signatures' names
   * @param atEnd what to do when it is closed
   */
  Transformer(Network network, String ending, Runnable atEnd) {
    this.network = network;
    this.ending = ending;
    this.atEnd = atEnd;
  }

  /** As {@link Network#call}. */
  Network.Outputs call(String signature, Map<String, ? extends Tensor> inputs, String... outputs) {
    return network.call(signature + ending, inputs, outputs);
  }

  @Override
  public void close() {
    atEnd.run();
  }
}
