package org.zimage.export;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;
import org.zimage.model.LatentColours;
import org.zimage.model.ModelManifest;
import org.zimage.pipeline.network.Network;
import org.zimage.pipeline.network.SessionOptions;

/**
 * Fits the colours of latents by least squares. Pictures of random blocks, large and small, are encoded; their latents, with a little
 * noise beside, are decoded, and what comes out is shrunk to the size of the latents by area. The pictures are the same at every
 * export. Used once, by one thread.
 */
final class ColourFit {
  private static final int PICTURES = 2;
  private static final int SIDE_LATENTS = 16;
  /** Blocks a side, and how much each size of blocks says in the picture. */
  private static final int[] BLOCKS = {4, 16, 64};
  private static final double[] SHARES = {0.8, 0.4, 0.25};
  private static final double[] NOISES = {0, 0.3};
  /** Some of the channels may hardly vary. */
  private static final double RIDGE = 1e-5;
  private static final int COLOURS = 3;

  private final int channels;
  private final int scale;
  private final int side;
  /** Sums over all places: of products of the channels, with a 1 behind them; and of these with the colours. */
  private final double[][] ofChannels;
  private final double[][] withColours;

  private ColourFit(int channels, int scale) {
    this.channels = channels;
    this.scale = scale;
    this.side = SIDE_LATENTS * scale;
    this.ofChannels = new double[channels + 1][channels + 1];
    this.withColours = new double[COLOURS][channels + 1];
  }

  /**
   * Encoder and decoder are in memory one after the other.
   *
   * @param folder with the SavedModels of the autoencoder
   * @param scale pixels per latent, in each direction
   * @return unknown colours if the autoencoder gives no numbers, as one of random weights may
   */
  static LatentColours of(Path folder, int channels, int scale) {
    return new ColourFit(channels, scale).fitted(folder);
  }

  private static Network load(Path network) {
    ConfigProto onTheProcessor = SessionOptions.defaults().forPictures().toBuilder().putDeviceCount("GPU", 0).build();
    return Network.load(network, weightBytes -> onTheProcessor);
  }

  private LatentColours fitted(Path folder) {
    Random random = new Random(1);
    List<float[]> samples = new ArrayList<>();
    try (Network encoder = load(folder.resolve(ModelManifest.VAE_ENCODER))) {
      for (int picture = 0; picture < PICTURES; picture++) {
        float[] latents = encoded(encoder, blocks(random));
        for (double noise : NOISES) {
          samples.add(noisy(latents, noise, random));
        }
      }
    }
    try (Network decoder = load(folder.resolve(ModelManifest.VAE_DECODER))) {
      samples.forEach(latents -> add(latents, shrunk(decoded(decoder, latents))));
    }
    return solved();
  }

  /** Random blocks on grey, [height, width, 3]. */
  private byte[] blocks(Random random) {
    double[] values = new double[side * side * COLOURS];
    Arrays.fill(values, 0.5);
    for (int size = 0; size < BLOCKS.length; size++) {
      int blocks = Math.min(BLOCKS[size], side);
      double[] block = random.doubles((long) blocks * blocks * COLOURS).toArray();
      for (int i = 0; i < values.length; i++) {
        int row = i / COLOURS / side * blocks / side;
        int column = i / COLOURS % side * blocks / side;
        values[i] += SHARES[size] * (block[(row * blocks + column) * COLOURS + i % COLOURS] - 0.5);
      }
    }
    byte[] image = new byte[values.length];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) Math.round(255 * Math.max(0, Math.min(values[i], 1)));
    }
    return image;
  }

  private float[] encoded(Network encoder, byte[] pixels) {
    float[] latents = new float[channels * SIDE_LATENTS * SIDE_LATENTS];
    try (TUint8 image = TUint8.tensorOf(Shape.of(side, side, COLOURS), DataBuffers.of(pixels, true, false));
        TFloat32 noise = TFloat32.tensorOf(Shape.of(channels, SIDE_LATENTS, SIDE_LATENTS), DataBuffers.of(latents, true, false));
        Network.Outputs outputs = encoder.call("encode", Map.of("image", image, "noise", noise), "latents")) {
      ((TFloat32) outputs.get("latents")).asRawTensor().data().asFloats().read(latents);
    }
    return latents;
  }

  /** @param share of the latents' own standard deviation */
  private float[] noisy(float[] latents, double share, Random random) {
    double sum = 0;
    double squares = 0;
    for (float value : latents) {
      sum += value;
      squares += (double) value * value;
    }
    double mean = sum / latents.length;
    double deviation = share * Math.sqrt(Math.max(0, squares / latents.length - mean * mean));
    float[] noisy = new float[latents.length];
    for (int i = 0; i < noisy.length; i++) {
      noisy[i] = (float) (latents[i] + deviation * random.nextGaussian());
    }
    return noisy;
  }

  private void add(float[] latents, double[] colours) {
    int places = SIDE_LATENTS * SIDE_LATENTS;
    double[] row = new double[channels + 1];
    for (int place = 0; place < places; place++) {
      for (int channel = 0; channel < channels; channel++) {
        row[channel] = latents[channel * places + place];
      }
      row[channels] = 1;
      for (int i = 0; i <= channels; i++) {
        for (int j = 0; j <= channels; j++) {
          ofChannels[i][j] += row[i] * row[j];
        }
        for (int colour = 0; colour < COLOURS; colour++) {
          withColours[colour][i] += row[i] * colours[place * COLOURS + colour];
        }
      }
    }
  }

  private byte[] decoded(Network decoder, float[] values) {
    byte[] image = new byte[side * side * COLOURS];
    try (TFloat32 latents = TFloat32.tensorOf(Shape.of(channels, SIDE_LATENTS, SIDE_LATENTS), DataBuffers.of(values, true, false));
        Network.Outputs outputs = decoder.call("decode", Map.of("latents", latents), "image")) {
      ((TUint8) outputs.get("image")).asRawTensor().data().read(image);
    }
    return image;
  }

  /** The mean colour of each place, from 0 to 1. */
  private double[] shrunk(byte[] image) {
    double[] colours = new double[SIDE_LATENTS * SIDE_LATENTS * COLOURS];
    for (int i = 0; i < image.length; i++) {
      int row = i / COLOURS / side / scale;
      int column = i / COLOURS % side / scale;
      colours[(row * SIDE_LATENTS + column) * COLOURS + i % COLOURS] += (image[i] & 0xff) / (255.0 * scale * scale);
    }
    return colours;
  }

  private LatentColours solved() {
    LeastSquares equations = LeastSquares.of(ofChannels, RIDGE);
    double[] weights = new double[COLOURS * channels];
    double[] offsets = new double[COLOURS];
    for (int colour = 0; colour < COLOURS; colour++) {
      double[] solution = equations.solve(withColours[colour]);
      System.arraycopy(solution, 0, weights, colour * channels, channels);
      offsets[colour] = solution[channels];
    }
    boolean finite = Arrays.stream(weights).allMatch(Double::isFinite) && Arrays.stream(offsets).allMatch(Double::isFinite);
    return finite ? new LatentColours(weights, offsets) : LatentColours.UNKNOWN;
  }
}
