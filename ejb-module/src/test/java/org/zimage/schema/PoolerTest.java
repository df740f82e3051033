package org.zimage.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.zimage.architecture.LeftOut;
import org.zimage.platform.Database;
import org.zimage.platform.PgBouncer;
import org.zimage.platform.Platform;

/** With PgBouncer before the database, which lends a connection for a session, or for each transaction another one. */
@ExtendWith(Platform.class)
class PoolerTest {
  @TempDir
  private Path folder;

  @BeforeAll
  static void needsPgBouncer() {
    LeftOut.unless(PgBouncer.isInstalled(), "pgbouncer is not installed (Debian: apt-get install pgbouncer)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"session", "transaction"})
  void nodesThatStartTogetherMigrateOnceAndLeaveNoLockBehind(String mode) throws Exception {
    PGSimpleDataSource direct = (PGSimpleDataSource) Platform.servers().emptyDatabase();
    try (PgBouncer pgBouncer = PgBouncer.start(folder, mode, direct.getPortNumbers()[0], "postgres", "")) {
      DataSource pooled = pooled(direct, pgBouncer, mode);
      ExecutorService nodes = Executors.newFixedThreadPool(4);
      try {
        int migrations = 0;
        for (Future<Integer> run : nodes.invokeAll(Collections.<Callable<Integer>>nCopies(4, () -> new Schema(pooled).migrate()),
            60, TimeUnit.SECONDS)) {
          migrations += run.get();
        }
        assertThat(migrations).isEqualTo(new Database(direct).number("SELECT count(*) FROM zimage_schema_history WHERE version <> '0'"));
      } finally {
        nodes.shutdownNow();
      }
      assertThat(new Database(direct).rows("SELECT * FROM pg_locks WHERE locktype = 'advisory'")).isEmpty();
    }
  }

  private static DataSource pooled(PGSimpleDataSource direct, PgBouncer pgBouncer, String mode) {
    PGSimpleDataSource pooled = new PGSimpleDataSource();
    pooled.setUrl("jdbc:postgresql://127.0.0.1:" + pgBouncer.port() + "/" + direct.getDatabaseName() + "?user=postgres"
        + (mode.equals("transaction") ? "&prepareThreshold=0" : ""));
    return pooled;
  }
}
