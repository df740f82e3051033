package org.zimage.cli.server;

import java.util.ArrayList;
import java.util.List;
import org.zimage.api.DeleteTaskResponse;
import org.zimage.cli.exit.ExitCode;
import org.zimage.cli.output.JsonOutput;
import org.zimage.client.ZImageClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "delete", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Removes batches from the history. Unfinished tasks are cancelled first. Picture files stay, unless --pictures is given.",
    footer = {"", "Example:", "  zimage delete 0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a"})
public final class DeleteCommand extends ServerCommand {
  @Parameters(paramLabel = "BATCH", arity = "1..*", description = "the batches' ids, as 'zimage history' lists them")
  private List<String> ids;

  @Option(names = "--pictures", description = "remove the picture files from the server, too")
  private boolean pictures;

  @Override
  protected int run(ZImageClient zimage) {
    List<DeleteTaskResponse> answers = new ArrayList<>();
    for (String id : ids) {
      DeleteTaskResponse answer = pictures ? zimage.deleteBatchWithPictures(id) : zimage.deleteBatch(id);
      answers.add(answer);
      if (!isJson()) {
        out().printf("%s: %s%n", answer.taskId(), answer.message());
      }
    }
    if (isJson()) {
      print(JsonOutput.of(answers));
    }
    return ExitCode.OK;
  }
}
