package org.zimage.cli;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.zimage.api.TaskSummary;
import org.zimage.client.ZImageClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "history", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Lists what was asked for, newest first.",
    footer = {"", "Examples:", "  zimage history --limit 5", "  zimage history --status FAILURE --since 2026-01-31",
        "  zimage history --all --json"})
final class HistoryCommand extends ServerCommand {
  /** A batch's states as the history tells them. */
  enum Status { PENDING, SUCCESS, FAILURE }

  @Option(names = {"-n", "--limit"}, paramLabel = "N", defaultValue = "20", description = "at most so many batches (20)")
  private int limit;

  @Option(names = "--offset", paramLabel = "N", defaultValue = "0", description = "skip the newest N of them (0)")
  private int offset;

  @Option(names = "--all", description = "all, however many")
  private boolean all;

  @Option(names = "--status", paramLabel = "STATUS", description = "only ${COMPLETION-CANDIDATES}")
  private Status status;

  @Option(names = "--prompt", paramLabel = "TEXT", description = "only those whose prompt contains the text, in any case")
  private String prompt;

  @Option(names = "--since", paramLabel = "DATE", description = "only from this day on, such as 2026-01-31")
  private LocalDate since;

  @Option(names = "--until", paramLabel = "DATE", description = "only up to the end of this day")
  private LocalDate until;

  @Override
  int run(ZImageClient zimage) {
    if (limit < 1 || offset < 0) {
      throw wrongUsage("--limit must be at least 1 and --offset at least 0 (got " + limit + " and " + offset + ")");
    }
    List<TaskSummary> batches = batches(zimage);
    if (isJson()) {
      print(JsonOutput.of(batches));
    } else if (batches.isEmpty()) {
      err().println("Nothing was asked for that fits.");
    } else {
      HistoryTable.print(batches, out());
    }
    return ExitCode.OK;
  }

  private List<TaskSummary> batches(ZImageClient zimage) {
    boolean isOnePage = !all && limit <= 50 && status == null && prompt == null && since == null && until == null;
    if (isOnePage) {
      return zimage.history(limit, offset);
    }
    Stream<TaskSummary> fitting = zimage.history()
        .takeWhile(batch -> since == null || !batch.createdAt().isBefore(startOf(since)))
        .filter(fits()).skip(offset);
    return (all ? fitting : fitting.limit(limit)).toList();
  }

  private Predicate<TaskSummary> fits() {
    String text = prompt == null ? "" : prompt.toLowerCase(Locale.ROOT);
    return batch -> (status == null || batch.status().equals(status.name()))
        && batch.prompt().toLowerCase(Locale.ROOT).contains(text)
        && (until == null || batch.createdAt().isBefore(startOf(until.plusDays(1))));
  }

  private static Instant startOf(LocalDate day) {
    return day.atStartOfDay(ZoneId.systemDefault()).toInstant();
  }
}
