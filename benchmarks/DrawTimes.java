import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.zimage.adapter.Adapter;
import org.zimage.adapter.AppliedAdapter;
import org.zimage.picture.Picture;
import org.zimage.pipeline.Sampling;
import org.zimage.pipeline.StepListener;
import org.zimage.pipeline.ZImageModel;
import org.zimage.pipeline.network.ModelException;
import org.zimage.pipeline.network.SessionOptions;

/**
 * Says how many seconds loading took, then draws once for every line "width height steps strength adapters …" of its input and answers with
 * the seconds that the picture, its prompt, the encoding of the picture that it starts from, all its steps, its decoding and the change of
 * adapters took, or with what was wrong. Strength 0: it starts from noise. Adapters are files, as many as there are. Started by model.py.
 */
final class DrawTimes {
  /** Each picture has a prompt of its own: embeddings are kept. */
  private static final String PROMPT = "a red circle on a white background, %d";

  /** Adds up what the phases of one picture took. */
  private static final class Phases implements StepListener {
    private final Map<Phase, Duration> sums = new EnumMap<>(Phase.class);

    @Override
    public boolean afterStep(int step, int steps) {
      return true;
    }

    @Override
    public void took(Phase phase, Duration duration) {
      sums.merge(phase, duration, Duration::plus);
    }

    double seconds(Phase phase) {
      return sums.getOrDefault(phase, Duration.ZERO).toNanos() / 1e9;
    }
  }

  public static void main(String[] arguments) throws IOException {
    SessionOptions options = SessionOptions.defaults().withThreads(Integer.parseInt(arguments[1]));
    long loading = System.nanoTime();
    try (ZImageModel model = ZImageModel.load(Path.of(arguments[0]), options);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in))) {
      System.out.println((System.nanoTime() - loading) / 1e9);
      int pictures = 0;
      Map<String, Adapter> adapters = new HashMap<>();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] fields = line.split(" ");
        Sampling fromNoise = Sampling.of(PROMPT.formatted(++pictures), 1)
            .withSize(Integer.parseInt(fields[0]), Integer.parseInt(fields[1])).withSteps(Integer.parseInt(fields[2]));
        double strength = Double.parseDouble(fields[3]);
        for (String file : Arrays.asList(fields).subList(4, fields.length)) {
          adapters.computeIfAbsent(file, path -> Adapter.read("measured", Path.of(path), model.adapterTargets()));
        }
        Sampling wanted = fromNoise.withAdapters(
            Arrays.stream(fields).skip(4).map(file -> new AppliedAdapter(adapters.get(file), 1)).toList());
        System.out.println(draw(model, strength == 0 ? wanted
            : wanted.from(new Picture(fromNoise.width(), fromNoise.height(), grain(fromNoise)), strength)));
      }
    }
  }

  private static byte[] grain(Sampling sampling) {
    byte[] rgb = new byte[sampling.width() * sampling.height() * 3];
    new Random(1).nextBytes(rgb);
    return rgb;
  }

  private static String draw(ZImageModel model, Sampling sampling) {
    Phases phases = new Phases();
    long start = System.nanoTime();
    try {
      model.generate(sampling, phases);
    } catch (ModelException refused) {
      return refused.getMessage();
    }
    return (System.nanoTime() - start) / 1e9 + " " + phases.seconds(StepListener.Phase.PROMPT) + " "
        + phases.seconds(StepListener.Phase.ENCODING) + " "
        + phases.seconds(StepListener.Phase.STEP) + " " + phases.seconds(StepListener.Phase.DECODING) + " "
        + phases.seconds(StepListener.Phase.ADAPTERS);
  }
}
