package org.zimage.cli.server;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.zimage.api.TaskSummary;
import org.zimage.cli.exit.ExitCode;
import org.zimage.cli.output.HistoryTable;
import org.zimage.cli.output.JsonOutput;
import org.zimage.cli.output.Terminal;
import org.zimage.client.HistoryFilter;
import org.zimage.client.ZImageClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "history", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Lists what was asked for, newest first.",
    footer = {"", "Examples:", "  zimage history --limit 5", "  zimage history --status FAILURE --since 2026-01-31",
        "  zimage history --all --json"})
public final class HistoryCommand extends ServerCommand {
  private static final int MAX_PAGE_SIZE = 50;
  private static final int FILE_COLUMNS = 120;
  private static final int MAX_YEAR = 9999;

  /** The status of a batch, by the history's names. */
  enum Status { PENDING, SUCCESS, FAILURE }

  @Option(names = {"-n", "--limit"}, paramLabel = "N", defaultValue = "20",
      description = "at most so many batches (20)")
  private int limit;

  @Option(names = "--offset", paramLabel = "N", defaultValue = "0", description = "skip the newest N of them (0)")
  private int offset;

  @Option(names = "--all", description = "all, however many")
  private boolean all;

  @Option(names = "--status", paramLabel = "STATUS", description = "only ${COMPLETION-CANDIDATES}")
  private Status status;

  @Option(names = "--prompt", paramLabel = "WORDS", description = "only those whose prompt has these words")
  private String prompt;

  @Option(names = "--since", paramLabel = "DATE", description = "only from this day on, such as 2026-01-31")
  private LocalDate since;

  @Option(names = "--until", paramLabel = "DATE", description = "only up to the end of this day")
  private LocalDate until;

  @Override
  protected int run(ZImageClient zimage) {
    if (limit < 1 || offset < 0) {
      throw wrongUsage("--limit must be at least 1 and --offset at least 0 (got " + limit + " and " + offset + ")");
    }
    if (isFar(since) || isFar(until)) {
      throw wrongUsage("--since and --until are in the years 1 to 9999 (got " + since + " and " + until + ")");
    }
    List<TaskSummary> batches = batches(zimage);
    if (isJson()) {
      print(JsonOutput.of(batches));
    } else if (batches.isEmpty()) {
      err().println("Nothing was asked for that fits.");
    } else {
      int columns = Terminal.showsResults() ? Terminal.size().columns() : FILE_COLUMNS;
      HistoryTable.print(batches, columns, out());
    }
    return ExitCode.OK;
  }

  private List<TaskSummary> batches(ZImageClient zimage) {
    HistoryFilter filter = HistoryFilter.NONE.withWords(prompt).withStatus(status == null ? null : status.name())
        .withTime(startOf(since), until == null ? null : startOf(until.plusDays(1)));
    if (!all && limit <= MAX_PAGE_SIZE) {
      return zimage.history(filter, limit, offset);
    }
    Stream<TaskSummary> fitting = zimage.history(filter).skip(offset);
    return (all ? fitting : fitting.limit(limit)).toList();
  }

  private static boolean isFar(LocalDate day) {
    return day != null && (day.getYear() < 1 || day.getYear() > MAX_YEAR);
  }

  private static Instant startOf(LocalDate day) {
    return day == null ? null : day.atStartOfDay(ZoneId.systemDefault()).toInstant();
  }
}
