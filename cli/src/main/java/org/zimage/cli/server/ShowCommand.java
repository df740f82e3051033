package org.zimage.cli.server;

import java.io.IOException;
import java.nio.file.Path;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;
import org.zimage.cli.argument.PictureFile;
import org.zimage.cli.exit.ExitCode;
import org.zimage.cli.output.JsonOutput;
import org.zimage.cli.output.TaskText;
import org.zimage.client.ZImageClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "show", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Shows a task or a batch, and saves its pictures.",
    footer = {"", "Examples:", "  zimage show b0e4aaf0bfa7421b9cb94c624c7fd139 -o cat.png",
        "  zimage show 0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a -o cats.zip"})
public final class ShowCommand extends ServerCommand {
  @Parameters(paramLabel = "ID", description = "a task's or a batch's")
  private String id;

  @Option(names = {"-o", "--output"}, paramLabel = "FILE",
      description = "where to save the task's picture (.png or .webp) or the batch's pictures (.zip)")
  private Path output;

  @Override
  protected int run(ZImageClient zimage) throws IOException {
    TaskOrBatch found = TaskOrBatch.byId(id, zimage);
    if (output != null && found.task() != null) {
      PictureFile.check(output);
    } else if (output != null) {
      PictureFile.checkZip(output);
    }
    if (isJson()) {
      print(JsonOutput.of(found.task() != null ? found.task() : found.batch()));
    } else if (found.task() != null) {
      TaskText.print(found.task(), url(), out());
    } else {
      TaskText.print(found.batch(), url(), out());
    }
    if (output == null) {
      return ExitCode.OK;
    } else if (found.task() != null) {
      return save(found.task(), zimage);
    }
    zimage.downloadBatch(id, output);
    return ExitCode.OK;
  }

  private int save(TaskStatusResponse task, ZImageClient zimage) throws IOException {
    if (task.status() != TaskStatus.SUCCESS) {
      err().println("zimage: " + (task.status().isFinal() ? TaskText.failure(task)
          : "task " + task.taskId() + " has no picture yet: it is " + task.status()));
      return ExitCode.FAILED;
    }
    zimage.download(PictureFile.pathFor(output, task.result()), output);
    return ExitCode.OK;
  }
}
