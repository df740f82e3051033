import java.nio.file.Path;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.GenerationResult;
import org.zimage.client.RequestRefused;
import org.zimage.client.ServerUnreachable;
import org.zimage.client.TaskFailed;
import org.zimage.client.ZImageClient;

/**
 * Lets a server draw a picture, shows the progress and saves the PNG:
 *
 * <pre>java -cp cli/target/zimage-cli.jar docs/examples/DrawPicture.java http://127.0.0.1:8000 "a red circle" circle.png</pre>
 */
public class DrawPicture {
  public static void main(String[] arguments) throws Exception {
    String server = arguments[0];
    String prompt = arguments[1];
    Path file = Path.of(arguments[2]);

    try (ZImageClient zimage = ZImageClient.to(server).key(System.getenv("ZIMAGE_KEY")).open()) {
      GenerationResult picture = zimage.draw(
          GenerateImageRequest.of(prompt).withSize(512, 512).withSeed(3),
          seen -> System.out.println(seen.status() + " " + seen.progress() + " %"));
      zimage.download(picture.relativePath(), file);
      System.out.println(file + ", seed " + picture.seed());
    } catch (RequestRefused e) {
      System.out.println("The server refuses: " + e.detail());
    } catch (TaskFailed e) {
      System.out.println("There is no picture: " + e.status().errorHint());
    } catch (ServerUnreachable e) {
      System.out.println(e.getMessage());
    }
  }
}
