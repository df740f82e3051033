package org.zimage.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.PythonScript;
import org.zimage.tests.system.SharedSystem;

/** The command line as people see it: on an emulated terminal, screen by screen. */
@ExtendWith(SharedSystem.class)
class TerminalIT {
  private static final String COMMAND =
      Path.of(System.getProperty("zimage.root"), "cli/target/zimage").toAbsolutePath().normalize().toString();
  private static final String CTRL_C = "\3";
  private static final String CLEAR = "\033[2J";

  /** What was seen on the terminal; the scrolled lines have left it at its top. */
  private record Seen(int exitCode, String output, List<List<String>> screens, List<String> scrolled,
      boolean restored) {
    static Seen of(JsonObject told) {
      return new Seen(told.getInt("exit_code"), told.getString("output"),
          told.getJsonArray("screens").getValuesAs(screen -> lines(screen.asJsonArray())),
          lines(told.getJsonArray("scrolled")), told.getBoolean("restored"));
    }

    private static List<String> lines(JsonArray lines) {
      return lines.getValuesAs(JsonString::getString);
    }

    List<String> last() {
      return screens.get(screens.size() - 1);
    }

    /** All that can be read in the end. */
    List<String> left() {
      return Stream.concat(scrolled.stream(), last().stream()).toList();
    }
  }

  private final Api api;
  private final String prompt = "a boat " + UUID.randomUUID();

  @TempDir
  private Path folder;

  TerminalIT(Api api) {
    this.api = api;
  }

  @ParameterizedTest
  @CsvSource({"80, [==============================] 100 %  done", "40, [======] 100 %  done", "30, 100 %  done"})
  void everyTaskHasOneLineHoweverNarrowTheTerminal(int columns, String full) {
    Seen seen = see(columns, 24, Map.of(), "generate", prompt, "--batch", "3", "--size", "128x128", "--seed", "1",
        "-o", "boat.png");

    assertThat(seen.exitCode()).isZero();
    assertThat(seen.screens()).allSatisfy(screen -> assertThat(screen).hasSizeLessThanOrEqualTo(6));
    assertThat(seen.left()).satisfiesExactly(
        line -> assertThat(line).startsWith("1/3 " + full), line -> assertThat(line).startsWith("2/3 " + full),
        line -> assertThat(line).startsWith("3/3 " + full), line -> assertThat(line).isEqualTo("boat-1.png (seed 1)"),
        line -> assertThat(line).isEqualTo("boat-2.png (seed 2)"), line -> assertThat(line)
            .isEqualTo("boat-3.png (seed 3)"));
    assertThat(seen.restored()).as("the cursor and the wrapping of lines").isTrue();
  }

  @Test
  void allTasksShareALineAsSoonAsTheWindowIsTooLow() {
    String before = api.generate(
        "{\"prompt\":\"%s\",\"width\":2048,\"height\":2048,\"num_inference_steps\":50}".formatted(prompt));

    Seen seen = see(80, 24, Map.of("10/10", "resize 50 8", "of 10 done", "type " + CTRL_C), "generate", prompt,
        "--batch", "10");

    api.cancel(before);
    assertThat(seen.exitCode()).isEqualTo(130);
    assertThat(seen.screens()).anySatisfy(screen -> assertThat(screen).hasSize(10));
    // What is drawn before the program hears of the window's new size is scrolled out of sight
    assertThat(seen.last()).satisfiesExactly(
        line -> assertThat(line).contains("100 %  0 of 10 done, 10 cancelled").hasSizeLessThan(50),
        line -> assertThat(line).isEqualTo("zimage: cancelled"));
  }

  @Test
  void controlCIsAnsweredBelowTheBars() {
    Seen seen = see(80, 24, Map.of("drawing", "type " + CTRL_C), "generate", prompt, "--batch", "2", "--size",
        "2048x2048", "--steps", "50");

    assertThat(seen.exitCode()).isEqualTo(130);
    assertThat(seen.left()).satisfiesExactly(
        line -> assertThat(line).startsWith("1/2 [").contains("cancelled"),
        line -> assertThat(line).startsWith("2/2 [").contains("cancelled"),
        line -> assertThat(line).isEqualTo("zimage: cancelled"));
    assertThat(seen.restored()).isTrue();
  }

  @Test
  void aTerminalThatCannotMoveItsCursorGetsTheResultAlone() {
    Seen seen = see("dumb", 80, 24, Map.of(), "generate", prompt, "--size", "64x64", "--seed", "1", "-o", "boat.png");

    assertThat(seen.output()).isEqualTo("boat.png (seed 1)\r\n");
  }

  @Test
  void aPromptCannotTellTheTerminalWhatToDo() {
    String batch = see(80, 24, Map.of(), "generate", CLEAR + " " + prompt, "--size", "64x64", "--json").output()
        .replaceAll("(?s).*\"batch_id\":\"([^\"]*).*", "$1");

    assertThat(see(80, 24, Map.of(), "show", batch).output()).contains(prompt).doesNotContain("\033");
    assertThat(see(80, 24, Map.of(), "history", "--prompt", prompt).output()).contains(prompt).doesNotContain("\033");
  }

  private Seen see(int columns, int rows, Map<String, String> when, String... arguments) {
    return see("xterm", columns, rows, when, arguments);
  }

  /** @param when texts and what happens on the terminal as soon as they are seen */
  private Seen see(String terminal, int columns, int rows, Map<String, String> when, String... arguments) {
    Map<String, String> environment = Map.of("TERM", terminal, "ZIMAGE_URL", api.url(), "ZIMAGE_KEY", api.key(),
        "JAVA_HOME", System.getProperty("java.home"));
    JsonObject told = Json.createObjectBuilder()
        .add("command", Json.createArrayBuilder(List.of(arguments)).add(0, COMMAND))
        .add("folder", folder.toString()).add("columns", columns).add("rows", rows)
        .add("environment", Json.createObjectBuilder(Map.copyOf(environment)))
        .add("when", Json.createObjectBuilder(Map.copyOf(when))).build();
    return Seen.of(PythonScript.run("terminal.py", told.toString()));
  }
}
