package org.zimage.cli.server;

import java.util.ArrayList;
import java.util.List;
import org.zimage.api.BatchDetail;
import org.zimage.api.CancelTaskResponse;
import org.zimage.cli.exit.ExitCode;
import org.zimage.cli.output.JsonOutput;
import org.zimage.client.ZImageClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "cancel", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Asks for the end of tasks, or of all of a batch; asking again is harmless.",
    footer = {"", "Example:", "  zimage cancel b0e4aaf0bfa7421b9cb94c624c7fd139"})
public final class CancelCommand extends ServerCommand {
  @Parameters(paramLabel = "ID", arity = "1..*", description = "of tasks or batches")
  private List<String> ids;

  @Override
  protected int run(ZImageClient zimage) {
    List<CancelTaskResponse> answers = new ArrayList<>();
    for (String id : ids) {
      for (String taskId : tasks(id, zimage)) {
        CancelTaskResponse answer = zimage.cancel(taskId);
        answers.add(answer);
        if (!isJson()) {
          out().printf("%s %s: %s%n", answer.taskId(), answer.status(), answer.message());
        }
      }
    }
    if (isJson()) {
      print(JsonOutput.of(answers));
    }
    return ExitCode.OK;
  }

  private static List<String> tasks(String id, ZImageClient zimage) {
    TaskOrBatch found = TaskOrBatch.byId(id, zimage);
    return found.task() != null ? List.of(id) : found.batch().items().stream().map(BatchDetail.Item::taskId).toList();
  }
}
