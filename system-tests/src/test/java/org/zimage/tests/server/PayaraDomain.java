package org.zimage.tests.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A domain of Payara Server, as the script {@code zimage-domain} and Payara's own commands see it. */
public record PayaraDomain(Path payara, String name, int portBase) {
  private static final int LONGEST_MINUTES = 8;

  /** On free ports; neither made nor started. */
  public static PayaraDomain named(String name) throws IOException {
    return new PayaraDomain(Path.of(System.getProperty("zimage.payara")).toAbsolutePath(), name, freePortBase());
  }

  private static int freePortBase() throws IOException {
    for (int base = 20_000; base < 30_000; base += 100) {
      try (ServerSocket http = new ServerSocket(base + 80); ServerSocket https = new ServerSocket(base + 81);
          ServerSocket administration = new ServerSocket(base + 48)) {
        return base;
      } catch (IOException taken) {
        continue;
      }
    }
    throw new IOException("No free ports");
  }

  public Path folder() {
    return payara.resolve("glassfish/domains").resolve(name);
  }

  public int httpPort() {
    return portBase + 80;
  }

  public int httpsPort() {
    return portBase + 81;
  }

  public long pid() throws IOException {
    return Long.parseLong(Files.readString(folder().resolve("config/pid")).trim());
  }

  public Path log() {
    return folder().resolve("logs/server.log");
  }

  /** A command of {@code zimage-domain}; what it says is printed, too. */
  public String script(String command, String... options) throws Exception {
    return script(Map.of(), command, options);
  }

  /** The same, with variables. */
  public String script(Map<String, String> environment, String command, String... options) throws Exception {
    String said = output(builder(environment, command, options));
    System.out.println(said);
    return said;
  }

  /** What a command says that must fail. */
  public String failingScript(String command, String... options) throws Exception {
    return failingScript(Map.of(), command, options);
  }

  /** The same, with variables. */
  public String failingScript(Map<String, String> environment, String command, String... options) throws Exception {
    Ended ended = run(builder(environment, command, options));
    assertThat(ended.status()).as("%s: %s", command, ended.said()).isNotZero();
    return ended.said();
  }

  private ProcessBuilder builder(Map<String, String> environment, String command, String... options) {
    List<String> line = new ArrayList<>(List.of(
        Path.of(System.getProperty("zimage.distribution"), "payara-server/zimage-domain").toAbsolutePath().normalize().toString(),
        command, payara.toString(), "--domain", name));
    line.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    return builder;
  }

  /** A command of Payara's administration, as its administrator gives it. */
  public String asadmin(String... words) throws Exception {
    List<String> line = new ArrayList<>(List.of(payara.resolve("bin/asadmin").toString(), "--interactive=false"));
    line.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().put("AS_JAVA", System.getProperty("java.home"));
    return output(builder);
  }

  /** Whatever state it is in. */
  public void destroy() throws Exception {
    if (Files.exists(folder())) {
      script("stop");
      asadmin("delete-domain", name);
    }
  }

  /** What a command says that must succeed. */
  public static String output(ProcessBuilder builder) throws Exception {
    Ended ended = run(builder);
    assertThat(ended.status()).as("%s: %s", builder.command(), ended.said()).isZero();
    return ended.said();
  }

  private static Ended run(ProcessBuilder builder) throws Exception {
    Path file = Files.createTempFile("zimage-domain-", ".log");
    try {
      // A file, since the server that a command starts would hold a pipe open
      Process process = builder.redirectErrorStream(true).redirectOutput(file.toFile()).start();
      assertThat(process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)).as("%s ends", builder.command()).isTrue();
      return new Ended(process.exitValue(), Files.readString(file));
    } finally {
      Files.delete(file);
    }
  }

  /** A command that has ended. */
  private record Ended(int status, String said) {}
}
