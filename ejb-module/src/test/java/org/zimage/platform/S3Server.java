package org.zimage.platform;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.awaitility.Awaitility;
import org.zimage.settings.S3Settings;

/**
 * S3Proxy as a process of its own: a complete S3 server that keeps every object as a file and checks the signature of every
 * request. Its buckets and its port outlive {@link #stop}, so that it can be started again. Owns the process until it is closed.
 */
public final class S3Server implements AutoCloseable {
  public static final String ACCESS_KEY = "test-access";
  public static final String SECRET_KEY = "test-secret";
  public static final String BUCKET = "pictures";

  private static final Path CLASS_PATH = Path.of("../server-config/s3proxy/target/class-path");
  private static final Duration LONGEST_START = Duration.ofMinutes(1);

  private final Path folder;
  private final int port;
  private Process process;

  /** @param folder an empty folder of its own */
  public S3Server(Path folder) throws IOException {
    this.folder = folder;
    this.port = freePort();
    // What others may read on the disk, S3Proxy gives to everybody without a key
    Files.createDirectories(folder.resolve("buckets").resolve(BUCKET),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Properties properties = new Properties();
    properties.putAll(Map.of(
        "s3proxy.endpoint", endpoint().toString(),
        "s3proxy.authorization", "aws-v2-or-v4",
        "s3proxy.identity", ACCESS_KEY,
        "s3proxy.credential", SECRET_KEY,
        "jclouds.provider", "filesystem-nio2",
        "jclouds.identity", "unused",
        "jclouds.credential", "unused",
        "jclouds.filesystem.basedir", folder.resolve("buckets").toString()));
    try (var out = Files.newBufferedWriter(folder.resolve("s3proxy.properties"))) {
      properties.store(out, null);
    }
    start();
  }

  /** Starts the server, for the first time or again, and waits until it answers. */
  public void start() throws IOException {
    process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-cp", Files.readString(CLASS_PATH).strip(),
        "org.gaul.s3proxy.Main", "--properties", folder.resolve("s3proxy.properties").toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("s3proxy.log").toFile()))
        .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    Awaitility.await("the S3 server").atMost(LONGEST_START).until(() -> answers() || !process.isAlive());
    if (!process.isAlive()) {
      throw new IllegalStateException("The S3 server did not start:\n" + Files.readString(folder.resolve("s3proxy.log")));
    }
  }

  private boolean answers() {
    try {
      HttpURLConnection connection = (HttpURLConnection) endpoint().toURL().openConnection();
      connection.getResponseCode();
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Ends the server as a power cut would, and waits until it is gone. */
  public void stop() {
    process.destroyForcibly().onExit().join();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** The folder whose files are the objects. */
  public Path bucket() {
    return folder.resolve("buckets").resolve(BUCKET);
  }

  public S3Settings settings() {
    return new S3Settings(endpoint(), "us-east-1", ACCESS_KEY, SECRET_KEY, BUCKET, "team/z-image");
  }

  @Override
  public void close() {
    stop();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
