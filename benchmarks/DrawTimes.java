import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import org.zimage.pipeline.Sampling;
import org.zimage.pipeline.SessionOptions;
import org.zimage.pipeline.StepListener;
import org.zimage.pipeline.ZImageModel;

/**
 * Draws once for every line "width height steps" of its input and answers with the seconds it took. Started by
 * pipeline.py.
 */
final class DrawTimes {
  public static void main(String[] arguments) throws IOException {
    SessionOptions options = SessionOptions.defaults().withThreads(Integer.parseInt(arguments[1]));
    try (ZImageModel model = ZImageModel.load(Path.of(arguments[0]), options);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] fields = line.split(" ");
        Sampling sampling = Sampling.of("a red circle on a white background", 1)
            .withSize(Integer.parseInt(fields[0]), Integer.parseInt(fields[1])).withSteps(Integer.parseInt(fields[2]));
        long start = System.nanoTime();
        model.generate(sampling, StepListener.NONE);
        System.out.println((System.nanoTime() - start) / 1e9);
      }
    }
  }
}
