package org.zimage.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonStructure;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.SharedSystem;
import org.zimage.tests.system.Signals;

/** The command line as scripts and people start it: its own process. */
@ExtendWith(SharedSystem.class)
class CommandLineIT {
  /** What one run of the command left. */
  private record Ended(int exitCode, String out, String err) {
    JsonStructure json() {
      try (JsonReader reader = Json.createReader(new StringReader(out))) {
        return reader.read();
      }
    }
  }

  private static final String COMMAND =
      Path.of(System.getProperty("zimage.root"), "cli/target/zimage").toAbsolutePath().normalize().toString();
  private static final String[] SMALL = {"--size", "96x64", "--steps", "2"};
  /** Half a minute of work, unless it is stopped. */
  private static final String[] LONG = {"--size", "2048x2048", "--steps", "50"};

  private final Api api;
  private final String prompt = "a boat (ü 红) " + UUID.randomUUID();
  private final List<Process> processes = new ArrayList<>();

  @TempDir
  private Path folder;

  CommandLineIT(Api api) {
    this.api = api;
  }

  @Test
  void aPictureIsDrawnAndSaved() throws Exception {
    Ended ended = run(with(SMALL, "generate", prompt, "-o", "boat.png", "--seed", "7"));

    assertThat(ended).isEqualTo(new Ended(0, "boat.png (seed 7)\n", ""));
    BufferedImage picture = ImageIO.read(folder.resolve("boat.png").toFile());
    assertThat(picture.getWidth()).isEqualTo(96);
    assertThat(picture.getHeight()).isEqualTo(64);
    assertThat(files()).containsExactly("boat.png");
  }

  @Test
  void everyParameterIsPassedOn() throws Exception {
    Ended ended = run("generate", prompt, "--json", "-s", "64x96", "--steps", "3", "--seed", "-5", "--guidance", "1.5",
        "--negative-prompt", "blue", "--cfg-normalization", "false", "--cfg-truncation", "0.9",
        "--max-sequence-length", "64", "--model", "z-image-nano", "--metadata", "{\"mine\":[1,null]}", "-o",
        "boat.webp");

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    JsonObject task = ended.json().asJsonObject().getJsonArray("tasks").getJsonObject(0);
    assertThat(task.getString("file")).isEqualTo("boat.webp");
    JsonObject status = api.status(task.getString("task_id"));
    assertThat(task.getJsonObject("result").toString()).contains("""
        "prompt":"%s","height":96,"width":64,"num_inference_steps":3,"guidance_scale":1.5,"seed":-5,"negative_prompt":"blue",\
        "cfg_normalization":false,"cfg_truncation":0.9,"max_sequence_length":64""".formatted(prompt));
    assertThat(status.getJsonObject("result").getJsonObject("metadata").get("mine")).hasToString("[1,null]");
    assertThat(Files.readAllBytes(folder.resolve("boat.webp")))
        .isEqualTo(api.get(status.getString("image_url")).bytes());
  }

  @Test
  void aBatchIsSavedInNumberedFiles() throws Exception {
    Ended ended = run(with(SMALL, "generate", prompt, "--batch", "3", "--seed", "1", "-o", "boat.png"));

    assertThat(ended).isEqualTo(new Ended(0, "boat-1.png (seed 1)\nboat-2.png (seed 2)\nboat-3.png (seed 3)\n", ""));
    assertThat(files()).containsExactly("boat-1.png", "boat-2.png", "boat-3.png");
  }

  @Test
  void withoutAFileTheAddressIsPrinted() throws Exception {
    String line = run(with(SMALL, "generate", prompt, "--seed", "1")).out();

    assertThat(line).startsWith(api.url() + "/generated-images/").endsWith(".webp (seed 1)\n");
    assertThat(api.get(line.substring(api.url().length(), line.indexOf(' '))).status()).isEqualTo(200);
  }

  @Test
  void aPictureThatIsThereIsGivenAgain() throws Exception {
    String drawn = run(with(SMALL, "generate", prompt, "--seed", "1")).out();

    assertThat(run(with(SMALL, "generate", prompt, "--seed", "1", "--reuse")).out()).isEqualTo(drawn);
    assertThat(run(with(SMALL, "generate", prompt, "--seed", "1", "--no-reuse")).out()).isNotEqualTo(drawn);
  }

  @Test
  void thePromptMayComeFromAPipe() throws Exception {
    Path text = Files.writeString(folder.resolve("prompt.txt"), "\uFEFF" + prompt + "\n");

    Ended ended = run(process(with(SMALL, "generate", "-", "--json")).redirectInput(text.toFile()));

    assertThat(ended.json().asJsonObject().getJsonArray("tasks").getJsonObject(0).getJsonObject("result")
        .getString("prompt"))
        .isEqualTo(prompt);
  }

  @Test
  void whatIsRefusedIsExplained() throws Exception {
    assertThat(run("generate", prompt, "--steps", "99")).isEqualTo(new Ended(4, "",
        "zimage: --steps: Input should be less than or equal to 50 (got 99)\n"));
    assertThat(run("show", "nothing")).isEqualTo(new Ended(4, "",
        "zimage: neither a task nor a batch is called 'nothing' (see 'zimage history')\n"));
    assertThat(run("delete", "nothing")).isEqualTo(new Ended(4, "", "zimage: History batch not found\n"));
    assertThat(run("history", "--key", "wrong key")).isEqualTo(new Ended(4, "",
        "zimage: API key not allowed (another key may be: see ZIMAGE_KEY and --key)\n"));
    ProcessBuilder withoutKey = process("history");
    withoutKey.environment().remove("ZIMAGE_KEY");
    assertThat(run(withoutKey)).isEqualTo(new Ended(4, "",
        "zimage: Missing API auth key (give the key with ZIMAGE_KEY or --key)\n"));
  }

  @Test
  void theAdministratorIsToldOfTheMachines() throws Exception {
    assertThat(run("status", "--deep")).satisfies(refused -> {
      assertThat(refused.exitCode()).isEqualTo(4);
      assertThat(refused.err()).isEqualTo("zimage: --deep needs the administrator's key: set ZIMAGE_KEY\n");
    });
    ProcessBuilder asAdministrator = process("status", "--deep");
    asAdministrator.environment().put("ZIMAGE_KEY", api.adminKey());
    assertThat(run(asAdministrator).out()).contains(" computes z-image-nano in f32 on the CPU, with ", " of free memory; pictures up to ");
  }

  @Test
  void aTaskIsFollowedLaterAndItsPictureSaved() throws Exception {
    String task = run(with(SMALL, "generate", prompt, "--no-wait")).out().strip();
    api.awaitResult(task);

    Ended shown = run("show", task, "-o", "later.png");

    assertThat(shown.exitCode()).isZero();
    assertThat(shown.out()).contains("status     SUCCESS 100 %", "prompt     " + prompt, "size       96x64");
    assertThat(files()).containsExactly("later.png");
    JsonObject json = run("show", task, "--json").json().asJsonObject();
    assertThat(json.getString("status")).isEqualTo("SUCCESS");
    assertThat(json.toString()).doesNotContain(api.key());
  }

  @Test
  void whatTakesTooLongGoesOn() throws Exception {
    Ended ended = run(with(LONG, "generate", prompt, "--timeout", "1"));

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err()).matches("zimage: \\w{32} not finished after 1 s; follow with 'zimage show [-\\w]{36}'\n");
    String batch = ended.err().replaceAll("(?s).*zimage show ([-\\w]+).*", "$1");
    assertThat(run("show", batch).out()).contains("batch      " + batch, "status     PENDING, 0 of 1 done");
    assertThat(run("cancel", batch)).isEqualTo(new Ended(0,
        "%s CANCELLED: Cancellation requested\n".formatted(ended.err().replaceAll("(?s)zimage: (\\w+) .*", "$1")), ""));
  }

  @Test
  void aTaskThatEndsWithoutAPictureIsAFailure() throws Exception {
    Process generating = started(process(with(LONG, "generate", prompt, "-o", "boat.png")));
    String task = awaitTask();
    assertThat(run("cancel", task, "--json").json()).hasToString(
        "[{\"task_id\":\"%s\",\"status\":\"CANCELLED\",\"message\":\"Cancellation requested\"}]".formatted(task));

    assertThat(end(generating)).isEqualTo(new Ended(1, "", "zimage: task " + task
        + ": Task was cancelled (The task was cancelled; send the request again to get the picture.)\n"));
    assertThat(files()).isEmpty();
  }

  @Test
  void controlCCancels() throws Exception {
    Process generating = interruptible(with(LONG, "generate", prompt, "--batch", "2", "-o", "boat.png"));
    String task = awaitTask();
    api.watch(task, status -> status.getString("status").equals("PROGRESS"));

    Signals.send("INT", generating.pid());

    assertThat(end(generating)).isEqualTo(new Ended(130, "", "zimage: cancelled\n"));
    assertThat(api.awaitEnd(task).getString("status")).isEqualTo("REVOKED");
    String batch = history("--prompt", prompt).getJsonObject(0).getString("task_id");
    assertThat(api.get("/v1/history/" + batch).json().getJsonArray("items")).hasSize(2)
        .allSatisfy(item -> assertThat(item.asJsonObject().getString("status")).isEqualTo("cancelled"));
  }

  @Test
  void controlCWhileALargeBatchIsSentLeavesNothing() throws Exception {
    Process generating = interruptible(with(SMALL, "generate", prompt, "--batch", "100000"));
    String batch = await("the batch").atMost(Duration.ofSeconds(60)).until(() -> history("--prompt", prompt),
        page -> !page.isEmpty()).getJsonObject(0).getString("task_id");
    await("some of it").atMost(Duration.ofSeconds(60)).until(() -> items(batch).size() > 20);

    Signals.send("INT", generating.pid());

    assertThat(end(generating)).isEqualTo(new Ended(130, "", "zimage: cancelled\n"));
    await("the end of all of them").atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(items(batch))
        .extracting(item -> item.asJsonObject().getString("status")).isSubsetOf("cancelled", "success"));
  }

  @Test
  void aSecondControlCSaysWhatIsLeftAndHowToCancelIt() throws Exception {
    Process generating = interruptible(with(SMALL, "generate", prompt, "--batch", "100000"));
    String batch = await("the batch").atMost(Duration.ofSeconds(60)).until(() -> history("--prompt", prompt),
        page -> !page.isEmpty()).getJsonObject(0).getString("task_id");
    await("a lot of it").atMost(Duration.ofMinutes(3)).until(() -> items(batch).size() > 600);

    Signals.send("INT", generating.pid());
    BufferedReader said = new BufferedReader(new InputStreamReader(generating.getErrorStream()));
    assertThat(said.readLine()).matches("zimage: cancelling \\d+ tasks \\(Ctrl-C again leaves the rest\\)");
    Signals.send("INT", generating.pid());

    assertThat(generating.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(generating.exitValue()).isEqualTo(130);
    assertThat(said.readLine()).matches("zimage: \\d+ of \\d+ tasks are not cancelled; 'zimage cancel " + batch + "' cancels them");
    assertThat(run("cancel", batch).exitCode()).isZero();
  }

  private Process interruptible(String... arguments) throws IOException {
    ProcessBuilder command = process(arguments);
    // Whoever runs the tests in the background has told them, and so their children, to ignore the signal
    command.command().addAll(0, List.of("env", "--default-signal=INT"));
    return started(command);
  }

  /** Ends with its test: one that goes on sending keeps the worker busy for all tests behind it. */
  private Process started(ProcessBuilder command) throws IOException {
    Process process = command.start();
    processes.add(process);
    return process;
  }

  @AfterEach
  void endProcesses() {
    processes.forEach(Process::destroyForcibly);
  }

  private JsonArray items(String batch) {
    return api.get("/v1/history/" + batch).json().getJsonArray("items");
  }

  @Test
  void theHistoryIsListedAndFiltered() throws Exception {
    run(with(SMALL, "generate", prompt, "--batch", "2"));
    String task = run(with(LONG, "generate", prompt, "--no-wait")).out().strip();
    run("cancel", task);

    String[] lines = run("history", "-n", "2").out().split("\n");
    assertThat(lines).hasSize(3);
    assertThat(lines[0]).isEqualTo("BATCH                                 CREATED           STATUS    DONE  PROMPT");
    assertThat(lines[1]).matches("[-\\w]{36}  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d  FAILURE    0/1  a boat .*");
    assertThat(lines[2]).matches("[-\\w]{36}  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d  SUCCESS    2/2  a boat .*");
    assertThat(history("--prompt", prompt.toUpperCase(), "--status", "success")).hasSize(1);
    assertThat(history("--prompt", prompt, "--offset", "1", "--all")).hasSize(1);
    assertThat(history("--prompt", prompt, "--until", "2020-12-31")).isEmpty();
    assertThat(history("--prompt", prompt, "--since", "2999-12-31")).isEmpty();
    assertThat(run("history", "--prompt", "nobody asks for this")).isEqualTo(
        new Ended(0, "", "Nothing was asked for that fits.\n"));
  }

  @Test
  void aBatchIsShownAndDeleted() throws Exception {
    run(with(SMALL, "generate", prompt, "--batch", "2", "--seed", "5"));
    String batch = history("--prompt", prompt).getJsonObject(0).getString("task_id");

    assertThat(run("show", batch).out()).contains("2 of 2 done", "   0  success ", "  seed 6  " + api.url());
    assertThat(run("show", batch, "--json").json()).isEqualTo(api.get("/v1/history/" + batch).json());
    assertThat(run("show", batch, "-o", "boats.zip").exitCode()).isZero();
    try (ZipFile zip = new ZipFile(folder.resolve("boats.zip").toFile())) {
      assertThat(zip.size()).isEqualTo(2);
    }
    assertThat(run("show", batch, "-o", "boats.png")).isEqualTo(new Ended(2, "",
        "zimage: --output of a batch must end in .zip (got 'boats.png')\n"));
    assertThat(run("delete", batch)).isEqualTo(new Ended(0, batch + ": Batch deleted from history\n", ""));
    assertThat(history("--prompt", prompt)).isEmpty();
  }

  @Test
  void theServerIsShown() throws Exception {
    await("a worker").atMost(Duration.ofSeconds(30))
        .until(() -> !api.get("/v1/system").json().getJsonArray("workers").isEmpty());

    assertThat(run("status").out()).startsWith(api.url() + " is ok (").contains("worker ", " with z-image-nano",
        "sides of 64 to 2048 pixels");
    JsonObject json = run("status", "--json").json().asJsonObject();
    assertThat(json.getString("url")).isEqualTo(api.url());
    assertThat(json.getJsonObject("health").getString("status")).isEqualTo("ok");
    assertThat(json.getJsonObject("system").getJsonObject("limits")).isEqualTo(
        api.get("/v1/system").json().getJsonObject("limits"));
  }

  @ParameterizedTest
  @CsvSource({"--version, 'zimage '", "--help, 'Usage: zimage '", "completion, '#!/usr/bin/env bash'"})
  void whatNeedsNoServer(String argument, String start) throws Exception {
    Ended ended = run(argument);

    assertThat(ended.exitCode()).isZero();
    assertThat(ended.out()).startsWith(start);
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void theModelIsNotAmongWhatIsCarriedAround() throws Exception {
    assertThat(run("draw", "--prompt", "a")).isEqualTo(new Ended(2, "",
        "zimage: 'draw' needs the model's own libraries: use ./zimage of the project\n"));
  }

  private JsonArray history(String... filters) throws Exception {
    return run(with(filters, "history", "--json")).json().asJsonArray();
  }

  /** The first task of the batch that the command makes at this moment. */
  private String awaitTask() {
    String batch = await("the batch").atMost(Duration.ofSeconds(30)).until(() -> history("--prompt", prompt),
        page -> !page.isEmpty()).getJsonObject(0).getString("task_id");
    return api.get("/v1/history/" + batch).json().getJsonArray("items").getJsonObject(0).getString("task_id");
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".txt")).sorted().toList();
    }
  }

  private static String[] with(String[] more, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private ProcessBuilder process(String... arguments) {
    List<String> command = new ArrayList<>(List.of(COMMAND));
    command.addAll(List.of(arguments));
    ProcessBuilder process = new ProcessBuilder(command).directory(folder.toFile());
    process.environment().putAll(Map.of("ZIMAGE_URL", api.url(), "ZIMAGE_KEY", api.key(),
        "JAVA_HOME", System.getProperty("java.home"), "LC_ALL", "C"));
    return process;
  }

  private Ended run(String... arguments) throws Exception {
    return run(process(arguments));
  }

  private static Ended run(ProcessBuilder process) throws Exception {
    return end(process.start());
  }

  /** What is written is a few lines: less than a pipe holds. */
  private static Ended end(Process process) throws Exception {
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("has ended").isTrue();
    return new Ended(process.exitValue(), new String(process.getInputStream().readAllBytes(), "UTF-8"),
        new String(process.getErrorStream().readAllBytes(), "UTF-8"));
  }
}
