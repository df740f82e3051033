package org.zimage.cli.server;

import org.zimage.api.BatchDetail;
import org.zimage.api.TaskStatusResponse;
import org.zimage.cli.exit.CommandFailed;
import org.zimage.cli.exit.ExitCode;
import org.zimage.client.RequestRefused;
import org.zimage.client.ZImageClient;

/** What an id names: a task or a batch. The other one is null. */
record TaskOrBatch(TaskStatusResponse task, BatchDetail batch) {
  private static final int NOT_FOUND_STATUS = 404;

  /** @throws CommandFailed when it stands for neither */
  static TaskOrBatch byId(String id, ZImageClient zimage) {
    try {
      return new TaskOrBatch(zimage.status(id), null);
    } catch (RequestRefused noTask) {
      if (noTask.status() != NOT_FOUND_STATUS) {
        throw noTask;
      }
    }
    try {
      return new TaskOrBatch(null, zimage.batch(id));
    } catch (RequestRefused noBatch) {
      if (noBatch.status() != NOT_FOUND_STATUS || noBatch.detail().equals("Not Found")) {
        throw noBatch;
      }
      throw new CommandFailed("neither a task nor a batch is called '" + id + "' (see 'zimage history')",
          ExitCode.REFUSED);
    }
  }
}
