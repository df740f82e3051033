import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Lets a server draw a picture, shows the progress and saves the PNG, with nothing but the JDK:
 *
 * <pre>java docs/examples/HttpPicture.java http://127.0.0.1:8000 "a red circle" circle.png</pre>
 *
 * The JDK has no JSON, so the few values are cut out of the text; a program of yours has a library for that.
 */
public class HttpPicture {
  /** Offering HTTP/2, which the server speaks only behind a proxy, would cost a connection for each request. */
  private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  public static void main(String[] arguments) throws Exception {
    String server = arguments[0];
    String prompt = arguments[1].replace("\\", "\\\\").replace("\"", "\\\"");

    String accepted = send(request(server + "/v1/images/generate")
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", UUID.randomUUID().toString())
        .POST(BodyPublishers.ofString("{\"prompt\": \"" + prompt
            + "\", \"width\": 512, \"height\": 512, \"seed\": 3}")),
        BodyHandlers.ofString());

    String last = follow(URI.create(server).resolve(value("status_url", accepted)) + "/events");
    if (!value("status", last).equals("SUCCESS")) {
      System.out.println("There is no picture: " + value("error_hint", last));
      return;
    }
    String preview = value("image_url", last);
    send(request(URI.create(server).resolve(preview.replace(".webp", ".png")).toString()), BodyHandlers.ofFile(Path.of(arguments[2])));
    System.out.println(arguments[2]);
  }

  /** Prints what the event stream tells, and returns the last of it. */
  private static String follow(String events) throws IOException, InterruptedException {
    String last = "";
    try (Stream<String> lines = send(request(events), BodyHandlers.ofLines())) {
      for (String line : (Iterable<String>) lines::iterator) {
        if (line.startsWith("event:")) {
          System.out.print(line.substring("event:".length()).strip() + " ");
        } else if (line.startsWith("data:")) {
          last = line.substring("data:".length()).strip();
          System.out.println(value("status", last));
        }
      }
    }
    return last;
  }

  private static HttpRequest.Builder request(String address) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address));
    String key = System.getenv("ZIMAGE_KEY");
    return key == null ? request : request.header("X-Auth-Key", key);
  }

  private static <T> T send(HttpRequest.Builder request, BodyHandler<T> body) throws IOException, InterruptedException {
    HttpResponse<T> answer = HTTP.send(request.build(), body);
    if (answer.statusCode() != 200) {
      throw new IOException("The server answers " + answer.statusCode() + ": " + answer.body());
    }
    return answer.body();
  }

  private static String value(String name, String json) {
    Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
    return matcher.find() ? matcher.group(1) : "";
  }
}
