package org.zimage.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.faults.injection.Deployment;
import org.zimage.tests.faults.injection.Injection;
import org.zimage.tests.faults.oracle.PictureFolder;
import org.zimage.tests.faults.oracle.Verdict;
import org.zimage.tests.system.Node;
import org.zimage.tests.system.Signals;

/**
 * Workers that vanish between two things that belong together. The moment is held open from outside: by a lock on a row
 * that the worker is about to write, or by a broker that stands still.
 */
@ExtendWith(Deployment.Shared.class)
class MarkedPointFault {
  private static final String PICTURE =
      "{\"prompt\":\"a hill\",\"width\":256,\"height\":256,\"num_inference_steps\":20}";
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final int TIMES = 3;

  private final Deployment deployment;

  MarkedPointFault(Deployment deployment) {
    this.deployment = deployment;
  }

  @BeforeEach
  void heal() throws IOException {
    deployment.heal();
  }

  @Test
  void afterTheFilesAndBeforeTheCommit() throws Exception {
    List<String> tasks = new ArrayList<>();
    double longest = 0;
    for (int i = 0; i < TIMES; i++) {
      deployment.awaitReady();
      String task = deployment.api().generate(PICTURE);
      tasks.add(task);
      Node victim = awaitHolder(task);
      try (Connection lock = lockBatchOf(task)) {
        int before = files();
        await("both files are there").atMost(LONGEST).pollInterval(Duration.ofMillis(50))
            .until(() -> files() >= before + 2);
        victim.kill();
        lock.rollback();
      }
      String moment = deployment.now();
      deployment.replace(victim, deployment.start("worker"));
      deployment.api().awaitResult(task);
      longest = Math.max(longest, deployment.secondsToEnd(task, moment));
    }
    deployment.awaitReady();
    Verdict verdict = deployment.oracle().requireAllWell(tasks, deployment.api());
    Injection.report("`kill -9` after the files, before the commit", TIMES, verdict, longest);
  }

  @Test
  void frozenAfterTheFilesAndWokenAfterItsLease() throws Exception {
    List<String> tasks = new ArrayList<>();
    double longest = 0;
    for (int i = 0; i < TIMES; i++) {
      deployment.awaitReady();
      String task = deployment.api().generate(PICTURE);
      tasks.add(task);
      Node frozen = awaitHolder(task);
      try (Connection lock = lockBatchOf(task)) {
        int before = files();
        await("both files are there").atMost(LONGEST).pollInterval(Duration.ofMillis(50))
            .until(() -> files() >= before + 2);
        Signals.send("STOP", frozen.process().pid());
        lock.rollback();
      }
      try {
        String moment = deployment.now();
        deployment.api().awaitResult(task);
        longest = Math.max(longest, deployment.secondsToEnd(task, moment));
      } finally {
        Signals.send("CONT", frozen.process().pid());
      }
      frozen.awaitReady("/worker/health/ready");
    }
    Verdict verdict = deployment.oracle().requireAllWell(tasks, deployment.api());
    Injection.report("frozen in the middle of its last transaction, and woken", TIMES, verdict, longest);
  }

  @Test
  void afterTheCommitAndBeforeTheAcknowledgement() throws Exception {
    List<String> tasks = new ArrayList<>();
    double longest = 0;
    for (int i = 0; i < TIMES; i++) {
      deployment.awaitReady();
      String task = deployment.api().generate(PICTURE);
      tasks.add(task);
      Node victim = awaitHolder(task);
      deployment.brokers().freeze("launcher");
      try {
        await("the commit").atMost(LONGEST).pollInterval(Duration.ofMillis(20))
            .until(() -> deployment.count("task_id = '" + task + "' AND status = 'success'") == 1);
        victim.kill();
      } finally {
        deployment.brokers().thaw("launcher");
      }
      String moment = deployment.now();
      deployment.replace(victim, deployment.start("worker"));
      tasks.add(deployment.api().generate(PICTURE));
      longest = Math.max(longest, deployment.awaitSuccessAfter(moment));
    }
    deployment.awaitReady();
    Verdict verdict = deployment.oracle().requireAllWell(tasks, deployment.api());
    assertThat(deployment.count("task_id = ANY ('{" + String.join(",", tasks) + "}') AND attempt <> 1"))
        .as("tasks that were worked on again").isZero();
    Injection.report("`kill -9` after the commit, before the acknowledgement", TIMES, verdict, longest);
  }

  private Node awaitHolder(String task) {
    return await("task " + task + " runs").atMost(LONGEST).pollInterval(Duration.ofMillis(20)).until(() -> holder(task),
        worker -> worker != null);
  }

  private Node holder(String task) throws SQLException {
    for (Node worker : deployment.workers()) {
      if (deployment.runningOn(worker).contains(task)) {
        return worker;
      }
    }
    return null;
  }

  /** The lock that every last write of a task needs first; released by a rollback, or with the connection. */
  private Connection lockBatchOf(String task) throws SQLException {
    Connection connection = deployment.connect();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT id FROM image_generation_batches WHERE id = "
          + "(SELECT batch_id FROM image_generation_tasks WHERE task_id = '" + task + "') FOR UPDATE");
    }
    return connection;
  }

  private int files() throws IOException {
    return (int) new PictureFolder(deployment.stores().folder("pictures")).names().stream()
        .filter(name -> name.matches(".*/[^.][^/]*\\.(png|webp)")).count();
  }
}
