package org.zimage.tests.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSSecurityRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.architecture.LeftOut;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.RunningSystem;
import org.zimage.tests.system.SharedSystem;

/** What another user of the machine that the system runs on can do: ask for pictures, and nothing else. */
@ExtendWith(SharedSystem.class)
class OtherUsersIT {
  private static final String PICTURE = "{\"prompt\":\"a red square\",\"width\":64,\"height\":64,\"num_inference_steps\":1}";
  private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rwx------");
  /** What older versions had, and what people try. */
  private static final List<String> GUESSES = List.of("postgres", "", "zimage", "admin");

  private final RunningSystem system;
  private final Api api;

  OtherUsersIT(RunningSystem system, Api api) {
    this.system = system;
    this.api = api;
  }

  @Test
  void everythingBelowTheHomeIsItsOwnersAlone() throws IOException {
    api.awaitResult(api.generate(PICTURE));

    List<String> open = new ArrayList<>();
    try (Stream<Path> files = Files.walk(system.folder("."))) {
      for (Path file : files.filter(Files::exists).toList()) {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (!OWNERS.containsAll(permissions) && !isLink(file)) {
          open.add(file + " " + PosixFilePermissions.toString(permissions));
        }
      }
    }
    assertThat(open).isEmpty();
  }

  /** Whether the file lies elsewhere, too, as the weights of the model that came with the product. */
  private static boolean isLink(Path file) throws IOException {
    return Files.isSymbolicLink(file) || Files.isRegularFile(file) && (int) Files.getAttribute(file, "unix:nlink") > 1;
  }

  @Test
  void nobodyReadsAnythingThere() throws Exception {
    String home = system.folder(".").normalize().toString();

    assertThat(asNobody("find", home, "-readable")).isEmpty();
    for (String file : List.of("postgresql/password", "artemis/password", "redis/password", "run/state.json", "logs/payara.log")) {
      assertThat(Files.exists(system.folder(file))).as(file).isTrue();
      assertThat(asNobody("cat", home + "/" + file)).as(file).isEmpty();
    }
  }

  @Test
  void nobodyIsAUserOfTheDatabase() {
    String address = system.database().replaceFirst("\\?.*", "");
    for (String user : List.of("postgres", "zimage", "root", "nobody")) {
      for (String password : GUESSES) {
        assertThatThrownBy(() -> DriverManager.getConnection(address, user, password).close()).as(user).isInstanceOf(SQLException.class);
      }
    }
  }

  @Test
  void theApplicationsAccountRunsNoProgram() throws SQLException {
    try (Connection connection = system.connect()) {
      assertThatThrownBy(() -> connection.createStatement().execute("COPY (SELECT 1) TO PROGRAM 'true'"))
          .isInstanceOf(SQLException.class).hasMessageContaining("permission denied");
    }
  }

  @Test
  void noPasswordIsAnArgumentOfAProcess() throws IOException {
    List<String> passwords = List.of(system.brokerPassword(), system.log("postgresql/password").strip(),
        system.log("postgresql/data/superuser-password").strip(), system.log("redis/password").strip());

    assertThat(passwords).doesNotContain("").doesNotHaveDuplicates();
    for (String name : List.of("launcher", "payara", "postgresql", "redis")) {
      String arguments = Files.readString(Path.of("/proc/" + system.process(name).pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
      assertThat(arguments).as(name).isNotEmpty().doesNotContain(passwords);
    }
  }

  @Test
  void nobodyTakesRequestsWithTheirKeysOrTellsWorkers() {
    try (JMSContext stranger = system.asBroker().connect()) {
      assertThatThrownBy(() -> stranger.createConsumer(stranger.createQueue("zimage.requests")))
          .isInstanceOf(JMSSecurityRuntimeException.class);
      assertThatThrownBy(() -> stranger.createProducer().send(stranger.createQueue("zimage.generate"), "a task"))
          .isInstanceOf(JMSSecurityRuntimeException.class);
    }
  }

  /** What a command prints that another user of the machine runs. */
  private static String asNobody(String... command) throws Exception {
    LeftOut.unless("root".equals(System.getProperty("user.name")), "only root runs a program as another user: not tried as nobody");
    List<String> all = new ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
    all.addAll(List.of(command));
    Process process = new ProcessBuilder(all).directory(Path.of("/").toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return printed;
  }
}
