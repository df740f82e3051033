package org.zimage.pipeline;

import java.util.Map;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;
import org.zimage.model.Canvas;
import org.zimage.picture.Mask;
import org.zimage.pipeline.memory.MemoryPlan;
import org.zimage.pipeline.network.Network;
import org.zimage.pipeline.sampler.FlowMatchEuler;
import org.zimage.pipeline.sampler.NoiseStream;

/**
 * A picture that a generation starts from, as latents (diffusers' {@code ZImageInpaintPipeline}; its {@code ZImageImg2ImgPipeline} is
 * the same with a mask that covers everything).
 *
 * @param latents without noise [channels, height, width]
 * @param noise that is laid over them, of the same shape
 * @param repainted for each place, whether it is painted anew
 */
record StartLatents(float[] latents, float[] noise, boolean[] repainted) {
  private static final int HALF_BRIGHTNESS = 128;

  /** Takes the first two tensors of the noise: one for the draw from the encoder's distribution, one to lay over the picture. */
  static StartLatents encode(Start.FromPicture from, Canvas canvas, NoiseStream noise, Network vaeEncoder, MemoryPlan plan) {
    byte[] pixels = from.picture().extended(canvas.width(), canvas.height()).rgb();
    Shape shape = Shape.of(canvas.channels(), canvas.latentRows(), canvas.latentColumns());
    float[] latents = new float[canvas.latentCount()];
    String signature = plan.isEncodedInStripes(canvas) ? "encode_in_stripes" : "encode";
    try (TUint8 image = TUint8.tensorOf(Shape.of(canvas.height(), canvas.width(), 3), DataBuffers.of(pixels, true, false));
        TFloat32 draw = TFloat32.tensorOf(shape, DataBuffers.of(noise.next(latents.length), true, false));
        Network.Outputs outputs = vaeEncoder.call(signature, Map.of("image", image, "noise", draw), "latents")) {
      ((TFloat32) outputs.get("latents")).asRawTensor().data().asFloats().read(latents);
    }
    return new StartLatents(latents, noise.next(latents.length), repainted(from.mask(), canvas));
  }

  /**
   * For each place of the latents, row by row, whether it is painted anew: where the mask has at least half brightness. A place takes
   * the first of its pixels, as PyTorch's {@code interpolate(mode="nearest")} does. Outside of the picture, on its canvas, the nearest
   * pixel of the mask counts.
   */
  static boolean[] repainted(Mask mask, Canvas canvas) {
    byte[] grey = mask.extended(canvas.width(), canvas.height()).grey();
    boolean[] repainted = new boolean[canvas.latentRows() * canvas.latentColumns()];
    int place = 0;
    for (int row = 0; row < canvas.latentRows(); row++) {
      for (int column = 0; column < canvas.latentColumns(); column++) {
        int pixel = row * canvas.scale() * canvas.width() + column * canvas.scale();
        repainted[place++] = (grey[pixel] & 0xff) >= HALF_BRIGHTNESS;
      }
    }
    return repainted;
  }

  /** The latents with which that step begins if nothing has been painted yet. */
  float[] before(int step, FlowMatchEuler schedule) {
    return schedule.noised(step, latents, noise);
  }

  /** Puts back what is kept, with as much noise as there is before that step. */
  void keepBefore(int step, FlowMatchEuler schedule, float[] painted) {
    keep(before(step, schedule), painted);
  }

  /** Puts back what is kept, without noise. */
  void keep(float[] painted) {
    keep(latents, painted);
  }

  private void keep(float[] kept, float[] painted) {
    for (int i = 0; i < painted.length; i++) {
      if (!repainted[i % repainted.length]) {
        painted[i] = kept[i];
      }
    }
  }
}
