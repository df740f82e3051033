package org.zimage.cli.server;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;
import org.zimage.api.lora.Lora;
import org.zimage.cli.argument.ByteOrderMark;
import org.zimage.cli.argument.ImageSize;
import org.zimage.cli.argument.NamedAdapter;
import org.zimage.cli.argument.PictureFile;
import org.zimage.cli.argument.SamplingOptions;
import org.zimage.cli.argument.StartOptions;
import org.zimage.cli.exit.CommandFailed;
import org.zimage.cli.exit.ExitCode;
import org.zimage.cli.output.JsonOutput;
import org.zimage.cli.output.ProgressBars;
import org.zimage.cli.output.TaskText;
import org.zimage.cli.output.Terminal;
import org.zimage.client.Batch;
import org.zimage.client.TaskNotFinished;
import org.zimage.client.ZImageClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "generate", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Lets a server draw pictures, and saves them. Ctrl-C cancels what is not finished.",
    footer = {"", "Examples:",
        "  zimage generate \"a red circle on a white background\" -o circle.png",
        "  zimage generate \"a lighthouse at dusk\" --batch 4 --size 1024x768 -o dusk.webp",
        "  zimage generate \"a blue circle\" --image circle.png --mask mask.png -o blue.png",
        "  zimage generate - --server https://pictures.example.org --json < prompt.txt"})
public final class GenerateCommand extends ServerCommand {
  @Parameters(paramLabel = "PROMPT", description = "what to draw; - reads it from the standard input")
  private String prompt;

  @Option(names = {"-o", "--output"}, paramLabel = "FILE",
      description = "where to save: .png or .webp; of a batch FILE-1, FILE-2 …; without it, the address is printed")
  private Path output;

  @Option(names = {"-n", "--batch"}, paramLabel = "N", defaultValue = "1", description = "how many pictures (1)")
  private int count;

  @Option(names = {"-s", "--size"}, paramLabel = "WxH", converter = ImageSize.Converter.class,
      description = "in pixels, such as 1024x768 (1024x1024; with --image its size)")
  private ImageSize size;

  @Option(names = "--seed", paramLabel = "N",
      description = "the same seed draws the same picture; of a batch, the first one's (drawn by lot if absent)")
  private Long seed;

  @Mixin
  private StartOptions start;

  @Mixin
  private SamplingOptions sampling;

  @Option(names = "--noise", paramLabel = "cpu|cuda", description = "whose random numbers a seed selects, as PyTorch's (cpu)")
  private String noise;

  @Option(names = "--reuse", negatable = true, defaultValue = Option.NULL_VALUE, fallbackValue = "true",
      description = "whether a picture that you have already of the same request and --seed will do (the server's default)")
  private Boolean reuse;

  @Option(names = "--model", paramLabel = "NAME", description = "one of those that 'zimage status' names")
  private String model;

  @Option(names = "--expires-in", paramLabel = "SECONDS",
      description = "remove task and picture from the server so long after its end (when the server's retention says)")
  private Integer expiresIn;

  @Option(names = "--metadata", paramLabel = "JSON", description = "an object of your own, kept with the picture")
  private String metadata;

  @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "600",
      description = "how long to wait (600); after that, the tasks go on")
  private int timeout;

  @Option(names = "--no-wait",
      description = "print the tasks' ids and leave; 'zimage show ID -o FILE' saves a picture later")
  private boolean noWait;

  /** Waits for a server that is restarting at this moment. */
  @Override
  protected Duration startTimeout() {
    Duration wanted = Duration.ofSeconds(timeout);
    return wanted.compareTo(ServerOptions.RESTART_TIMEOUT) < 0 ? wanted : ServerOptions.RESTART_TIMEOUT;
  }

  @Override
  protected int run(ZImageClient zimage) throws Exception {
    check();
    UUID batchId = UUID.randomUUID();
    CancelOnSignal cancel = new CancelOnSignal(this::openToCancel, batchId, err());
    cancel.arm();
    try {
      Batch batch = zimage.generateBatch(request(), count, batchId, cancel::accepted);
      cancel.allSent();
      if (noWait) {
        return leave(batch);
      }
      List<TaskStatusResponse> ends = waitFor(batch, zimage, cancel);
      cancel.disarm();
      return finish(batch, ends, zimage);
    } finally {
      cancel.allSent();
      cancel.disarm();
    }
  }

  private void check() {
    if (count < 1 || timeout < 1) {
      throw wrongUsage(count < 1 ? "--batch must be at least 1 (got " + count + ")"
          : "--timeout must be at least 1 second (got " + timeout + ")");
    }
    if (seed != null && seed > Long.MAX_VALUE - count + 1) {
      throw wrongUsage("--seed must be at most " + (Long.MAX_VALUE - count + 1) + " for --batch " + count
          + " (got " + seed + ")");
    }
    if (noWait && output != null) {
      throw wrongUsage("--no-wait and --output contradict each other");
    }
    start.check();
    if (output != null) {
      PictureFile.check(output);
    }
  }

  private GenerateImageRequest request() throws IOException {
    return new GenerateImageRequest(prompt(), size == null ? null : size.height(), size == null ? null : size.width(),
        sampling.steps(), sampling.guidance(), seed, sampling.negativePrompt(), sampling.cfgNormalization(), sampling.cfgTruncation(),
        sampling.maxSequenceLength(), noise, start.imageToSend(), start.maskToSend(), start.strength(), start.preserveUnmasked(),
        loras(), sampling.embedParameters(), expiresIn, reuse, metadata(), model, null, null);
  }

  private List<Lora> loras() {
    List<NamedAdapter> named = sampling.adapters();
    return named.isEmpty() ? null : named.stream().map(each -> Lora.of(each.name(), each.strength())).toList();
  }

  private String prompt() throws IOException {
    return prompt.equals("-")
        ? ByteOrderMark.takeOff(new String(System.in.readAllBytes(), StandardCharsets.UTF_8)).strip()
        : ByteOrderMark.takeOff(prompt);
  }

  private JsonObject metadata() {
    if (metadata == null) {
      return null;
    }
    try (JsonReader reader = Json.createReader(new StringReader(ByteOrderMark.takeOff(metadata)))) {
      return reader.readObject();
    } catch (JsonException | UnsupportedOperationException e) {
      throw wrongUsage("--metadata must be a JSON object (got '" + metadata + "')");
    }
  }

  private int leave(Batch batch) {
    if (isJson()) {
      print(Json.createObjectBuilder().add("batch_id", batch.batchId())
          .add("task_ids", Json.createArrayBuilder(batch.taskIds())).build());
    } else {
      batch.taskIds().forEach(out()::println);
    }
    return ExitCode.OK;
  }

  private List<TaskStatusResponse> waitFor(Batch batch, ZImageClient zimage, CancelOnSignal cancel)
      throws InterruptedException {
    if (!Terminal.isWatched()) {
      return awaitAll(batch, zimage, seen -> { });
    }
    try (ProgressBars bars = new ProgressBars(err(), batch.taskIds(), Terminal::size, System::nanoTime)) {
      cancel.whenCancelled(bars::cancelled);
      Terminal.whenResized(bars::resized);
      bars.show();
      return awaitAll(batch, zimage, bars::update);
    }
  }

  private List<TaskStatusResponse> awaitAll(Batch batch, ZImageClient zimage, Consumer<TaskStatusResponse> listener)
      throws InterruptedException {
    try {
      return zimage.awaitAll(batch.taskIds(), Duration.ofSeconds(timeout), listener);
    } catch (TaskNotFinished e) {
      throw new CommandFailed(e.getMessage() + "; follow with 'zimage show " + batch.batchId() + "'", ExitCode.FAILED);
    }
  }

  private int finish(Batch batch, List<TaskStatusResponse> ends, ZImageClient zimage) throws IOException {
    JsonArrayBuilder tasks = Json.createArrayBuilder();
    int exitCode = ExitCode.OK;
    for (int i = 0; i < ends.size(); i++) {
      TaskStatusResponse end = ends.get(i);
      Path file = null;
      if (end.status() != TaskStatus.SUCCESS) {
        err().println("zimage: " + TaskText.failure(end));
        exitCode = ExitCode.FAILED;
      } else if (output != null) {
        file = PictureFile.numbered(output, i + 1, count);
        zimage.download(PictureFile.pathFor(file, end.result()), file);
      }
      tasks.add(json(end, file));
      if (!isJson() && end.status() == TaskStatus.SUCCESS) {
        out().printf("%s (seed %d)%n", file == null ? TaskText.address(end.imageUrl(), url()) : file, end.result().seed());
      }
    }
    if (isJson()) {
      print(Json.createObjectBuilder().add("batch_id", batch.batchId()).add("tasks", tasks).build());
    }
    return exitCode;
  }

  /** The task as the server describes it, with the picture's file on this machine. */
  private static JsonObject json(TaskStatusResponse end, Path file) {
    JsonObjectBuilder task = Json.createObjectBuilder(JsonOutput.of(end));
    return (file == null ? task.add("file", JsonValue.NULL) : task.add("file", file.toString())).build();
  }
}
