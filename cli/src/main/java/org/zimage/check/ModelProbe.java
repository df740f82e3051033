package org.zimage.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;
import org.zimage.checkpoint.Dtype;
import org.zimage.export.ExportOptions;
import org.zimage.export.Exporter;
import org.zimage.pipeline.Sampling;
import org.zimage.pipeline.StepListener;
import org.zimage.pipeline.ZImageModel;
import org.zimage.pipeline.network.Device;
import org.zimage.pipeline.network.ModelException;
import org.zimage.pipeline.network.SessionOptions;

/**
 * Loads TensorFlow and draws, in a process of its own: TensorFlow ends its process where an instruction or memory is missing.
 * Prints each {@link Finding} as a line of JSON as soon as it is known.
 */
final class ModelProbe {
  private static final int[] SIDES = {512, 1024, 2048};
  private static final int STEPS = 9;
  /** A picture that is expected to take longer is not drawn. */
  private static final double MAX_PICTURE_SECONDS = 180;
  /** A size whose step takes less is drawn twice, and the second time counts. */
  private static final double MAX_REPEATED_STEP_SECONDS = 5;
  private static final double NANOS_PER_SECOND = 1e9;

  private final ZImageModel model;

  private ModelProbe(ZImageModel model) {
    this.model = model;
  }

  /** @param arguments folder of a model, or "" for z-image-nano; folder of z-image-nano's checkpoint; of its golden pictures */
  public static void main(String[] arguments) throws IOException {
    Path exported = Files.createTempDirectory("zimage-check-");
    try {
      Path nano = exported.resolve("nano");
      Exporter.export(Path.of(arguments[1]), nano, new ExportOptions(Dtype.F32, "z-image-nano", false));
      drawGoldenPictures(nano, Path.of(arguments[2]));
      probe(arguments[0].isEmpty() ? nano : Path.of(arguments[0]));
    } finally {
      remove(exported);
    }
  }

  private static void drawGoldenPictures(Path nano, Path goldens) throws IOException {
    try (ZImageModel model = ZImageModel.load(nano, SessionOptions.defaults())) {
      print(gpu(model.device()));
      print(new GoldenPictures(goldens).compared(model));
    } catch (ModelException cause) {
      print(Finding.wrong("golden pictures", cause.getMessage(), "without this no picture can be drawn"));
    }
  }

  private static Finding gpu(Device device) {
    return Finding.that(device != Device.CPU_WITHOUT_GPU, "GPU", device == Device.CPU
        ? "not looked for: this is TensorFlow's build for processors" : "pictures are computed on " + device.description(),
        "install what is missing, or take the build for processors: mvn package without -Pgpu");
  }

  private static void probe(Path folder) {
    long start = System.nanoTime();
    try (ZImageModel model = ZImageModel.load(folder, SessionOptions.defaults())) {
      print(Finding.well("model's files", String.format(Locale.ROOT, "%s in %s: loaded, checksums right, after %.1f s",
          model.manifest().name(), model.manifest().dtype().lowerCaseName(), (System.nanoTime() - start) / NANOS_PER_SECOND)));
      draw(model);
    } catch (ModelException cause) {
      print(Finding.wrong("model's files", cause.getMessage(), "make it anew: zimage export CHECKPOINT OUT"));
    }
  }

  private static void draw(ZImageModel model) {
    try {
      ModelProbe probe = new ModelProbe(model);
      probe.timeSizes();
      probe.printLargest();
    } catch (ModelException cause) {
      print(Finding.wrong("drawing", cause.getMessage(), "without this no picture can be drawn"));
    }
  }

  private void timeSizes() {
    double expected = 0;
    for (int side : SIDES) {
      String subject = side + "x" + side;
      if (expected > MAX_PICTURE_SECONDS) {
        print(Finding.well(subject, String.format(Locale.ROOT, "not drawn: it would take about %.0f s", expected)));
      } else if (side > model.largestSquare()) {
        print(Finding.wrong(subject, "does not fit into the memory that is free", "free memory, or ask for smaller pictures"));
      } else {
        expected = 5 * timeSize(side, subject);
      }
    }
  }

  /** @return seconds of a picture */
  private double timeSize(int side, String subject) {
    double[] seconds = new double[StepListener.Phase.values().length];
    StepListener stopwatch = new StepListener() {
      @Override
      public boolean afterStep(int step, int steps) {
        return true;
      }

      @Override
      public void took(Phase phase, Duration duration) {
        seconds[phase.ordinal()] = duration.toNanos() / NANOS_PER_SECOND;
      }
    };
    Sampling sampling = Sampling.of("a red circle", 0).withSize(side, side).withSteps(2);
    model.generate(sampling, stopwatch);
    if (seconds[StepListener.Phase.STEP.ordinal()] < MAX_REPEATED_STEP_SECONDS) {
      model.generate(sampling, stopwatch); // the first of a size takes memory and plans its operations
    }
    double step = seconds[StepListener.Phase.STEP.ordinal()];
    double picture = STEPS * step + seconds[StepListener.Phase.PROMPT.ordinal()] + seconds[StepListener.Phase.DECODING.ordinal()];
    print(Finding.well(subject, String.format(Locale.ROOT, "%.2f s a step, %.1f s a picture of %d steps", step, picture, STEPS)));
    return picture;
  }

  private void printLargest() {
    int side = model.largestSquare();
    print(Finding.that(side > 0, "largest picture", side == 0 ? "none" : side + "x" + side + " fits",
        "there is no memory for any picture: free some, or take a smaller model"));
  }

  private static void print(Finding finding) {
    System.out.println(finding.toJson());
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
