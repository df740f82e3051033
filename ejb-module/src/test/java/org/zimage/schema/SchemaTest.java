package org.zimage.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;

@ExtendWith(Platform.class)
class SchemaTest {
  private static final String COLUMNS = "SELECT table_name, column_name, data_type, is_nullable "
      + "FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'zimage_schema_history' "
      + "ORDER BY table_name, column_name";

  private static final int MIGRATIONS = migrations();

  @Test
  void anEmptyDatabaseGetsEveryTableAndASecondRunChangesNothing() throws Exception {
    DataSource dataSource = Platform.servers().emptyDatabase();
    Database database = new Database(dataSource);

    assertThat(new Schema(dataSource).migrate()).isEqualTo(MIGRATIONS);
    List<?> columns = database.rows(COLUMNS);
    assertThat(new Schema(dataSource).migrate()).isZero();

    assertThat(database.rows(COLUMNS)).isEqualTo(columns);
    assertThat(database.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"))
        .extracting(row -> row.get("table_name")).contains("api_clients", "image_generation_batches",
            "image_generation_tasks", "idempotency_keys", "workers", "outgoing_messages", "reply_addresses");
  }

  @Test
  void anExistingInstallationIsTakenOverWithItsRowsAndASecondRunChangesNothing() throws Exception {
    DataSource dataSource = Platform.servers().emptyDatabase();
    Database database = existingInstallation(dataSource);

    assertThat(new Schema(dataSource).migrate()).isEqualTo(MIGRATIONS - 1);
    List<?> columns = database.rows(COLUMNS);
    assertThat(new Schema(dataSource).migrate()).isZero();

    assertThat(database.rows(COLUMNS)).isEqualTo(columns);
    assertThat(database.row("SELECT * FROM image_generation_tasks")).containsEntry("prompt", "an old picture")
        .containsEntry("status", "success").containsEntry("attempt", 0).containsEntry("lease_until", null);
    // What the existing installation demanded and we may leave out
    database.execute("UPDATE image_generation_batches SET api_client_id = NULL");
    DataSource fresh = Platform.servers().emptyDatabase();
    new Schema(fresh).migrate();
    assertThat(columns).isEqualTo(new Database(fresh).rows(COLUMNS));
  }

  @Test
  void batchesOfAnExistingInstallationThatNeverGotAllTheirTasksEnd() throws Exception {
    DataSource dataSource = Platform.servers().emptyDatabase();
    Database database = existingInstallation(dataSource);
    unfinishedBatch(database, 1, 4, "success", "success");
    unfinishedBatch(database, 2, 4, "success", "error");
    unfinishedBatch(database, 3, 4, "success", "pending");
    unfinishedBatch(database, 4, 4);

    new Schema(dataSource).migrate();

    assertThat(database.rows("SELECT status, success_count, failed_count, completed_at IS NOT NULL AS over FROM image_generation_batches "
        + "WHERE batch_size = 4 ORDER BY id").stream().map(row -> row.values().toString()))
        .containsExactly("[success, 2, 0, true]", "[partial, 1, 1, true]", "[running, 0, 0, false]", "[error, 0, 0, true]");
  }

  private static void unfinishedBatch(Database database, int number, int size, String... tasks) throws SQLException {
    String id = "00000000-0000-0000-0000-00000000000" + number;
    database.execute("INSERT INTO image_generation_batches (id, api_client_id, prompt, width, height, num_inference_steps, "
        + "guidance_scale, status, batch_size) VALUES ('" + id + "', 'key_0a1b2c3d', 'a boat', 64, 64, 1, 0, 'running', " + size + ")");
    for (int i = 0; i < tasks.length; i++) {
      database.execute("INSERT INTO image_generation_tasks (task_id, batch_id, batch_index, status, prompt, width, height, "
          + "num_inference_steps, guidance_scale) VALUES ('" + number + i + "', '" + id + "', " + i + ", '" + tasks[i]
          + "', 'a boat', 64, 64, 1, 0)");
    }
  }

  @Test
  void aDatabaseWithTablesOfOtherApplicationsGetsOursBesideThem() throws Exception {
    DataSource dataSource = Platform.servers().emptyDatabase();
    new Database(dataSource).execute("CREATE TABLE alembic_version (version_num text)");

    assertThat(new Schema(dataSource).migrate()).isEqualTo(MIGRATIONS);
  }

  @Test
  void aHalfPresentSchemaIsRefusedWithWhatIsMissing() throws Exception {
    DataSource dataSource = Platform.servers().emptyDatabase();
    Database database = existingInstallation(dataSource);
    database.execute("ALTER TABLE image_generation_tasks DROP COLUMN preview_path");
    database.execute("ALTER TABLE image_generation_batches DROP COLUMN api_client_id");
    database.execute("DROP TABLE api_clients");
    List<?> columns = database.rows(COLUMNS);

    assertThatThrownBy(() -> new Schema(dataSource).migrate()).isInstanceOf(UnusableDatabase.class)
        .hasMessage("The database holds a part of the Z-Image schema but lacks image_generation_batches.api_client_id, "
            + "image_generation_tasks.preview_path, table api_clients: bring it to the public schema, or use an empty database");
    assertThat(database.rows(COLUMNS)).isEqualTo(columns);
  }

  @Test
  void ofManyNodesThatStartTogetherOneMigrates() throws Exception {
    DataSource dataSource = Platform.servers().emptyDatabase();
    ExecutorService nodes = Executors.newFixedThreadPool(4);
    try {
      List<Future<Integer>> runs = nodes.invokeAll(IntStream.range(0, 4)
          .<java.util.concurrent.Callable<Integer>>mapToObj(node -> () -> new Schema(dataSource).migrate()).toList());
      int migrations = 0;
      for (Future<Integer> run : runs) {
        migrations += run.get();
      }
      assertThat(migrations).isEqualTo(MIGRATIONS);
    } finally {
      nodes.shutdownNow();
    }
  }

  @Test
  void theSchemaIsCurrentOnlyAfterTheMigration() throws Exception {
    Schema schema = new Schema(Platform.servers().emptyDatabase());

    assertThat(schema.isCurrent()).isFalse();
    schema.migrate();
    assertThat(schema.isCurrent()).isTrue();
  }

  @Test
  void aRoleThatMayMakeNoTablesIsToldSoAtOnce() throws Exception {
    DataSource dataSource = Platform.servers().emptyDatabase();
    DataSource newcomer = as("newcomer", dataSource);
    Instant begun = Instant.now();

    assertThatThrownBy(() -> new Schema(newcomer).migrate()).isInstanceOf(UnusableDatabase.class)
        .hasMessage("The role newcomer may make no tables in the schema public of the database " + name(dataSource)
            + ": run GRANT CREATE ON SCHEMA public TO newcomer");

    assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(5));
    new Database(dataSource).execute("GRANT CREATE ON SCHEMA public TO newcomer");
    assertThat(new Schema(newcomer).migrate()).isEqualTo(MIGRATIONS);
  }

  @Test
  void aRoleThatMayNotUseTheTablesOfAnotherIsToldSo() throws Exception {
    DataSource dataSource = Platform.servers().emptyDatabase();
    new Schema(dataSource).migrate();
    DataSource guest = as("guest", dataSource);

    assertThatThrownBy(() -> new Schema(guest).migrate()).isInstanceOf(UnusableDatabase.class)
        .hasMessage("The role guest may not read and write api_clients, image_generation_batches, image_generation_tasks, "
            + "zimage_schema_history in the schema public of the database " + name(dataSource)
            + ": run GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO guest");

    new Database(dataSource).execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO guest");
    assertThat(new Schema(guest).migrate()).isZero();
  }

  @Test
  void aRoleThatMayNotChangeAnExistingInstallationIsToldSo() throws Exception {
    DataSource dataSource = Platform.servers().emptyDatabase();
    Database database = existingInstallation(dataSource);
    DataSource successor = as("successor", dataSource);
    database.execute("GRANT CREATE ON SCHEMA public TO successor");
    database.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO successor");

    assertThatThrownBy(() -> new Schema(successor).migrate()).isInstanceOf(UnusableDatabase.class)
        .hasMessageStartingWith("The role successor does not own, and so may not change, api_clients, image_generation_batches, ")
        .hasMessageEndingWith(": run ALTER TABLE … OWNER TO successor for each of them");
  }

  @Test
  void aDatabaseWithoutTheLettersOfTheWorldIsRefused() throws Exception {
    new Database().execute("CREATE DATABASE old_letters ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
    PGSimpleDataSource latin = new PGSimpleDataSource();
    latin.setUrl(url(Platform.database()));
    latin.setDatabaseName("old_letters");
    latin.setUser("postgres");

    assertThatThrownBy(() -> new Schema(latin).migrate()).isInstanceOf(UnusableDatabase.class)
        .hasMessageStartingWith("The database old_letters keeps its texts in LATIN1, ").hasMessageContaining("ENCODING 'UTF8'");
  }

  /** The same database, with a role of its own. */
  private static DataSource as(String role, DataSource dataSource) throws SQLException {
    new Database(dataSource).execute("CREATE ROLE " + role + " LOGIN");
    PGSimpleDataSource other = new PGSimpleDataSource();
    other.setUrl(url(dataSource));
    other.setUser(role);
    return other;
  }

  private static String url(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return connection.getMetaData().getURL();
    }
  }

  private static String name(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return connection.getCatalog();
    }
  }

  private static int migrations() {
    return Flyway.configure(Schema.class.getClassLoader()).dataSource(Platform.database())
        .locations("classpath:org/zimage/db/migration").table("another_history").load().info().all().length;
  }

  /** The public schema as its own migrations leave it: without our defaults, and stricter where it can be. */
  private static Database existingInstallation(DataSource dataSource) throws IOException, SQLException {
    Database database = new Database(dataSource);
    try (InputStream script = SchemaTest.class.getResourceAsStream("/org/zimage/db/migration/V1__public_schema.sql")) {
      database.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    }
    database.execute("ALTER TABLE image_generation_batches ALTER COLUMN api_client_id SET NOT NULL");
    database.execute("INSERT INTO api_clients (id, api_key_hash) VALUES ('key_0a1b2c3d', 'hash')");
    database.execute("INSERT INTO image_generation_batches (id, api_client_id, prompt, width, height, num_inference_steps, "
        + "guidance_scale, status, success_count) VALUES ('0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a', 'key_0a1b2c3d', "
        + "'an old picture', 1024, 1024, 9, 0, 'success', 1)");
    database.execute("INSERT INTO image_generation_tasks (task_id, batch_id, status, prompt, width, height, "
        + "num_inference_steps, guidance_scale) VALUES ('b0e4aaf0-bfa7-421b-9cb9-4c624c7fd139', "
        + "'0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a', 'success', 'an old picture', 1024, 1024, 9, 0)");
    return database;
  }
}
