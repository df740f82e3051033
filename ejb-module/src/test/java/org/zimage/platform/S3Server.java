package org.zimage.platform;

import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.awaitility.Awaitility;

/**
 * S3Proxy as a process of its own: a complete S3 server that keeps every object as a file and checks the signature of
 * every request. Its bucket and its port outlive {@link #stop}, so that it can be started again. Owns the process until
 * it is closed.
 */
public final class S3Server implements AutoCloseable {
  public static final String ACCESS_KEY = "test-access";
  public static final String SECRET_KEY = "test-secret";
  public static final String BUCKET = "pictures";
  public static final String KEY_STORE_PASSWORD = "changeit";

  private static final Path CLASS_PATH = Path.of("../server-config/s3proxy/target/class-path");
  private static final Duration LONGEST_START = Duration.ofMinutes(1);

  private final Path folder;
  private final URI endpoint;
  private Process process;

  private S3Server(Path folder, String scheme) throws IOException {
    this.folder = folder;
    this.endpoint = URI.create(scheme + "://127.0.0.1:" + freePort());
  }

  /** @param folder an empty folder of its own */
  public static S3Server start(Path folder) throws IOException {
    S3Server server = new S3Server(folder, "http");
    server.prepare(Map.of("s3proxy.endpoint", server.endpoint.toString()));
    server.start();
    return server;
  }

  /** The same over TLS, with a certificate that only {@link #keyStore} vouches for. */
  public static S3Server startWithTls(Path folder) throws IOException {
    S3Server server = new S3Server(folder, "https");
    server.makeKeyStore();
    server.prepare(Map.of("s3proxy.secure-endpoint", server.endpoint.toString(),
        "s3proxy.keystore-path", server.keyStore().toString(), "s3proxy.keystore-password", KEY_STORE_PASSWORD));
    server.start();
    return server;
  }

  private void prepare(Map<String, String> address) throws IOException {
    // What others may read on the disk, S3Proxy gives to everybody without a key
    Files.createDirectories(bucket(), PosixFilePermissions.asFileAttribute(
        PosixFilePermissions.fromString("rwx------")));
    Properties properties = new Properties();
    properties.putAll(address);
    properties.putAll(Map.of(
        "s3proxy.authorization", "aws-v2-or-v4",
        "s3proxy.identity", ACCESS_KEY,
        "s3proxy.credential", SECRET_KEY,
        "jclouds.provider", "filesystem-nio2",
        "jclouds.identity", "unused",
        "jclouds.credential", "unused",
        "jclouds.filesystem.basedir", bucket().getParent().toString()));
    try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("s3proxy.properties"))) {
      properties.store(out, null);
    }
  }

  private void makeKeyStore() throws IOException {
    Process keytool = new ProcessBuilder(java("keytool"), "-genkeypair", "-alias", "s3", "-keyalg", "EC", "-dname",
        "CN=s3", "-ext", "san=ip:127.0.0.1", "-storetype", "PKCS12", "-storepass", KEY_STORE_PASSWORD, "-keystore",
        keyStore().toString())
        .redirectErrorStream(true).redirectOutput(folder.resolve("keytool.log").toFile()).start();
    if (keytool.onExit().join().exitValue() != 0) {
      throw new IllegalStateException("No certificate could be made:\n"
          + Files.readString(folder.resolve("keytool.log")));
    }
  }

  /** Starts the server again, and waits until it answers. */
  public void start() throws IOException {
    process = new ProcessBuilder(java("java"), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m",
        "-cp", Files.readString(CLASS_PATH).strip(),
        "org.gaul.s3proxy.Main", "--properties", folder.resolve("s3proxy.properties").toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("s3proxy.log").toFile()))
        .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    Awaitility.await("the S3 server").atMost(LONGEST_START).until(() -> isListening() || !process.isAlive());
    if (!process.isAlive()) {
      throw new IllegalStateException("The S3 server did not start:\n"
          + Files.readString(folder.resolve("s3proxy.log")));
    }
  }

  private boolean isListening() {
    try (Socket socket = new Socket(endpoint.getHost(), endpoint.getPort())) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Ends the server as a power cut would, and waits until it is gone. */
  public void stop() {
    process.destroyForcibly().onExit().join();
  }

  /** Lets the server stand still: it takes connections and says nothing. */
  public void freeze() throws IOException, InterruptedException {
    signal("-STOP");
  }

  public void thaw() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", signal, Long.toString(process.pid())).inheritIO().start().waitFor();
  }

  public URI endpoint() {
    return endpoint;
  }

  /** The folder whose files are the objects. */
  public Path bucket() {
    return folder.resolve("buckets").resolve(BUCKET);
  }

  /** The server's certificate, for those who are to trust it. */
  public Path keyStore() {
    return folder.resolve("s3.p12");
  }

  @Override
  public void close() {
    stop();
  }

  private static String java(String program) {
    return Path.of(System.getProperty("java.home"), "bin", program).toString();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
