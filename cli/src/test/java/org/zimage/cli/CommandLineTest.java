package org.zimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What does not need a server. */
class CommandLineTest {
  /** They mean something else, or take another form: a name on a server, a batch's first seed. */
  private static final Set<String> OF_EACH_ITS_OWN = Set.of("--model", "--output", "-o", "--seed", "--noise");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String nobody;

  @BeforeEach
  void findAPortWhereNobodyListens() throws IOException {
    try (ServerSocket port = new ServerSocket(0)) {
      nobody = "http://127.0.0.1:" + port.getLocalPort();
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "'' | Missing required subcommand (see 'zimage --help')",
      "generate | Missing required parameter: 'PROMPT' (see 'zimage generate --help')",
      "generate a --size 12 | Invalid value for option '--size': a size is WIDTHxHEIGHT in pixels, such as 1024x768 (got '12')"
          + " (see 'zimage generate --help')",
      "generate a --batch 0 | --batch must be at least 1 (got 0) (see 'zimage generate --help')",
      "generate a --batch 2 --seed 9223372036854775807 | --seed must be at most 9223372036854775806 for --batch 2"
          + " (got 9223372036854775807) (see 'zimage generate --help')",
      "history --until +999999999-12-31 | --since and --until are in the years 1 to 9999 (got null and +999999999-12-31)"
          + " (see 'zimage history --help')",
      "generate a --timeout 0 | --timeout must be at least 1 second (got 0) (see 'zimage generate --help')",
      "generate a --metadata [1] | --metadata must be a JSON object (got '[1]') (see 'zimage generate --help')",
      "generate a -o a.gif | --output must end in .png or .webp (got 'a.gif')",
      "generate a --no-wait -o a.png | --no-wait and --output contradict each other (see 'zimage generate --help')",
      "history --limit 0 | --limit must be at least 1 and --offset at least 0 (got 0 and 0) (see 'zimage history --help')",
      "history --status GREEN | Invalid value for option '--status': expected one of [PENDING, SUCCESS, FAILURE]"
          + " (case-insensitive) but was 'GREEN' (see 'zimage history --help')",
      "history --server localhost:8000 | The server's address must be http://host[:port] or https://host[:port]"
          + " (got localhost:8000)",
      "history --since yesterday | Invalid value for option '--since': 'yesterday' is no date: write it like 2026-01-31"
          + " (see 'zimage history --help')",
      "generate a --seed abc | Invalid value for option '--seed': 'abc' is no whole number (see 'zimage generate --help')",
      "generate a --steps 99999999999 | Invalid value for option '--steps': '99999999999' is too large (see 'zimage generate --help')",
      "generate a --cfg-normalization -1 | Invalid value for option '--cfg-normalization': '-1' is neither true nor false nor a number"
          + " from 0: write it like 0.8 (see 'zimage generate --help')",
      "generate a --cfg-normalization yes | Invalid value for option '--cfg-normalization': 'yes' is neither true nor false nor a number"
          + " from 0: write it like 0.8 (see 'zimage generate --help')",
      "generate a --guidance much | Invalid value for option '--guidance': 'much' is no number: write it like 2.5"
          + " (see 'zimage generate --help')",
      "history --server http://[ | The server's address must be http://host[:port] or https://host[:port] (got http://[)",
      "generate a --mask m.png | --mask needs --image: the picture of which a part is repainted",
      "generate a --strength 0.5 | --strength needs --image: the picture that is changed",
      "generate a --image i.png --no-preserve-unmasked | --preserve-unmasked needs --mask: what of the picture is repainted",
      "generate a --image i.png --strength 0 | --strength must be above 0 and at most 1 (got 0.0)",
      "generate a --image i.png --strength 1.5 | --strength must be above 0 and at most 1 (got 1.5)",
      "generate a --image missing.png | --image: missing.png is not there",
      "generate a --image /tmp | --image: /tmp is a folder; name a file in it",
      "generate a --image task:1 --mask pom.xml | --mask: pom.xml is no picture of a type that is taken: give a PNG, JPEG or WebP picture",
      "draw --model m --prompt a -o a.png --mask m.png | --mask needs --image: the picture of which a part is repainted",
      "draw --model m --prompt a -o a.png --image i.png --strength 0 | --strength must be above 0 and at most 1 (got 0.0)",
      "draw --model m --prompt a -o a.png --image task:1 | --image must be a file here, because only a server knows tasks (got task:1)",
      "draw --model m --prompt a -o a.png --image missing.png | --image: missing.png is not there",
      "draw --model m --prompt a -o a.png --image pom.xml | --image: pom.xml cannot be used. The file is no picture of a type that is read."
          + " Send it as PNG, JPEG or WebP.",
      "export out | Missing required parameter: name CHECKPOINT and OUT, or --transformer, --text-encoder, --vae and OUT"
          + " (see 'zimage export --help')",
      "export --variant large a b | Invalid value for option '--variant': expected one of [TURBO, BASE] (case-insensitive) but was 'large'"
          + " (see 'zimage export --help')",
      "cancel | Missing required parameter: 'ID' (see 'zimage cancel --help')"})
  void wrongUsageIsExplainedInOneLine(String arguments, String line) {
    assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" "))).isEqualTo(2);

    assertThat(err).hasToString("zimage: " + line + System.lineSeparator());
    assertThat(out.toString()).isEmpty();
  }

  /** Options of the same name in both commands have the same declaration, so that they cannot come apart. */
  @Test
  void whatServersAndModelsBothTakeIsDeclaredOnce() {
    Map<String, CommandLine> commands = ZImageCommand.commandLine().getSubcommands();
    Map<String, OptionSpec> draw = commands.get("draw").getCommandSpec().optionsMap();
    Map<String, OptionSpec> generate = commands.get("generate").getCommandSpec().optionsMap();
    List<String> both = draw.keySet().stream().filter(generate::containsKey).filter(name -> !OF_EACH_ITS_OWN.contains(name))
        .filter(name -> !draw.get(name).usageHelp() && !draw.get(name).versionHelp()).toList();

    assertThat(both).containsExactlyInAnyOrder("--steps", "--guidance", "--negative-prompt", "--cfg-normalization",
        "--cfg-truncation", "--max-sequence-length", "--lora", "--embed-parameters",
        "--image", "--mask", "--strength", "--preserve-unmasked");
    assertThat(both).allSatisfy(name -> {
      assertThat(draw.get(name).userObject()).isEqualTo(generate.get(name).userObject());
      assertThat(draw.get(name).description()).isEqualTo(generate.get(name).description());
      assertThat(draw.get(name).paramLabel()).isEqualTo(generate.get(name).paramLabel());
    });
  }

  @Test
  void picturesWaitForAServerThatIsStarting() {
    assertThat(run("generate", "a", "--timeout", "1", "--server", nobody)).isEqualTo(3);

    assertThat(err).hasToString("""
        zimage: No answer of a Z-Image server from %1$s: Connection refused; waiting for it
        zimage: No answer of a Z-Image server from %1$s: Connection refused (start one with './zimage up', or name \
        another with --server or ZIMAGE_URL)
        """.formatted(nobody));
  }

  @ParameterizedTest
  @ValueSource(strings = {"history", "history --all", "show x", "cancel x", "delete x", "audit", "status"})
  void aServerThatIsNotThereIsExplained(String arguments) {
    assertThat(run((arguments + " --key secret --server " + nobody).split(" "))).isEqualTo(3);

    assertThat(err).hasToString("zimage: No answer of a Z-Image server from " + nobody
        + ": Connection refused (start one with" + " './zimage up', or name another with --server or ZIMAGE_URL)"
        + System.lineSeparator());
  }

  @Test
  void everyCommandHasHelpWithAnExample() {
    for (CommandLine command : ZImageCommand.commandLine().getSubcommands().values()) {
      assertThat(command.getUsageMessage()).as(command.getCommandName())
          .contains("Usage: zimage " + command.getCommandName());
      if (!command.getCommandName().equals("help")) {
        assertThat(command.getUsageMessage()).as(command.getCommandName()).containsPattern("Examples?:");
      }
    }
  }

  @Test
  void theCompletionKnowsCommandsAndOptions() {
    assertThat(run("completion")).isZero();

    assertThat(out.toString()).contains("generate", "history", "--negative-prompt", "complete -F");
  }

  private int run(String... arguments) {
    return ZImageCommand.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
