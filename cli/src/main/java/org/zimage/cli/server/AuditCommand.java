package org.zimage.cli.server;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Stream;
import org.zimage.api.audit.AuditEntry;
import org.zimage.api.audit.AuditQuery;
import org.zimage.cli.exit.ExitCode;
import org.zimage.cli.output.JsonOutput;
import org.zimage.client.ZImageClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "audit", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Lists who did what, oldest first, with the administrator's key. With --json each deed is JSON on a line of its own.",
    footer = {"", "Examples:", "  ZIMAGE_KEY=… zimage audit --since 2026-01-31", "  ZIMAGE_KEY=… zimage audit --client key_0a1b2c3d --deed batch.delete",
        "  ZIMAGE_KEY=… zimage audit --after 1042 --json >> audit.jsonl"})
public final class AuditCommand extends ServerCommand {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
  private static final String NOTHING = "-";

  @Option(names = "--after", paramLabel = "NUMBER", defaultValue = "0", description = "only those behind the one of this number")
  private long after;

  @Option(names = {"-n", "--limit"}, paramLabel = "N", description = "at most so many (all)")
  private Long limit;

  @Option(names = "--since", paramLabel = "DATE", description = "only from this day on, such as 2026-01-31")
  private LocalDate since;

  @Option(names = "--until", paramLabel = "DATE", description = "only up to the end of this day")
  private LocalDate until;

  @Option(names = "--client", paramLabel = "ID", description = "only those of this client: admin, or key_ and digits")
  private String client;

  @Option(names = "--deed", paramLabel = "DEED", description = "only such deeds: task.submit, task.cancel, batch.delete …")
  private String deed;

  @Override
  protected int run(ZImageClient zimage) {
    if (after < 0 || limit != null && limit < 1) {
      throw wrongUsage("--after must be at least 0 and --limit at least 1 (got " + after + " and " + limit + ")");
    }
    AuditQuery wanted = AuditQuery.ALL.withAfter(after).withClient(client).withDeed(deed)
        .withTime(startOf(since), until == null ? null : startOf(until.plusDays(1)));
    Stream<AuditEntry> entries = zimage.audit(wanted);
    (limit == null ? entries : entries.limit(limit)).forEach(this::print);
    return ExitCode.OK;
  }

  private void print(AuditEntry entry) {
    if (isJson()) {
      print(JsonOutput.of(entry));
    } else {
      String who = entry.actorId() == null ? entry.actor() : entry.actorId();
      out().printf(Locale.ROOT, "%8d  %s  %-15s  %-9s  %-3s  %-12s  %-6s  %-15s  %s%n", entry.id(),
          TIME.format(entry.at().atZone(ZoneId.systemDefault())), entry.deed(), entry.outcome(), shown(entry.status()), who, entry.door(),
          shown(entry.address()), shown(entry.objectId()));
    }
  }

  private static Object shown(Object value) {
    return value == null ? NOTHING : value;
  }

  private static Instant startOf(LocalDate day) {
    return day == null ? null : day.atStartOfDay(ZoneId.systemDefault()).toInstant();
  }
}
