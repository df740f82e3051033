package org.zimage.schema;

import com.fasterxml.jackson.databind.type.TypeFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;

/**
 * Brings the tables to the version of this application. An empty database gets all tables. A database with the public schema is taken
 * over with its rows. A database with a part of that schema is refused, because guessing would damage it.
 *
 * <p>Thread-safe; several processes may call it at the same time, and one of them migrates.
 */
@ApplicationScoped
public class Schema {
  private static final Logger LOG = Logger.getLogger(Schema.class.getName());

  /** The public schema: what must be there for a database to be taken over. */
  private static final Map<String, List<String>> PUBLIC_SCHEMA = publicSchema();

  private static final String HISTORY_TABLE = "zimage_schema_history";

  /** Those that every version has. */
  private static final Set<String> KNOWN_TABLES =
      Stream.concat(PUBLIC_SCHEMA.keySet().stream(), Stream.of(HISTORY_TABLE)).collect(Collectors.toUnmodifiableSet());

  /** The name of the lock under which a process looks at the tables and changes them: "zimage" in ASCII. */
  private static final long LOCK = 0x7A696D616765L;

  private final DataSource dataSource;
  private volatile boolean current;

  protected Schema() {
    this(null);
  }

  @Inject
  public Schema(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Whether the tables are known to be as this version needs them. */
  public boolean isCurrent() {
    return current;
  }

  /**
   * Brings the tables to this version; does nothing when they are.
   *
   * @return the number of migrations that were run
   * @throws SQLException when the database cannot be reached
   * @throws UnusableDatabase when the database, or its role, is not as it must be, or a part of the public schema is there
   */
  public int migrate() throws SQLException {
    DataSource patient = PatientConnections.of(dataSource);
    try (Connection connection = patient.getConnection()) {
      // One transaction, which holds the lock: a session's lock would stay with a pooler between here and the database
      connection.setAutoCommit(false);
      try {
        Requirements requirements = new Requirements(connection);
        requirements.mayUse(KNOWN_TABLES);
        lock(connection);
        Flyway flyway = flyway(patient, isTakeover(connection) ? "1" : "0");
        if (flyway.info().pending().length > 0) {
          requirements.mayMigrate(KNOWN_TABLES);
        }
        MigrateResult result = flyway.migrate();
        current = true;
        return result.migrationsExecuted;
      } finally {
        end(connection);
        forgetClasses();
      }
    }
  }

  /** Nothing was written in this transaction; whatever ended it early is what is to be told. */
  private static void end(Connection connection) {
    try {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException broken) {
      LOG.log(Level.FINE, "The connection that held the lock is broken", broken);
    }
  }

  /**
   * Flyway reads its configuration with the server's Jackson, which remembers every class that it has seen: one of this
   * application's would keep all of them in memory when it is deployed again.
   */
  private static void forgetClasses() {
    TypeFactory.defaultInstance().clearCache();
  }

  /**
   * A database without our history starts at the baseline: at 1 when somebody else made the public schema (the first
   * migration is that schema and is not run), at 0 when its tables, if it has any, are not ours.
   */
  private static Flyway flyway(DataSource patient, String baseline) {
    return Flyway.configure(Schema.class.getClassLoader())
        .dataSource(patient)
        .locations("classpath:org/zimage/db/migration")
        .table(HISTORY_TABLE)
        .baselineOnMigrate(true)
        .baselineVersion(baseline)
        .load();
  }

  /** Whether the public schema is there, made by somebody else. */
  private boolean isTakeover(Connection connection) throws SQLException {
    Map<String, Set<String>> present = columns(connection);
    if (present.containsKey(HISTORY_TABLE) || PUBLIC_SCHEMA.keySet().stream().noneMatch(present::containsKey)) {
      return false;
    }
    Set<String> missing = new TreeSet<>();
    PUBLIC_SCHEMA.forEach((table, columns) -> {
      if (!present.containsKey(table)) {
        missing.add("table " + table);
      } else {
        columns.stream().filter(column -> !present.get(table).contains(column))
            .forEach(column -> missing.add(table + "." + column));
      }
    });
    if (!missing.isEmpty()) {
      throw new UnusableDatabase("The database holds a part of the Z-Image schema but lacks " + String.join(", ", missing)
          + ": bring it to the public schema, or use an empty database");
    }
    return true;
  }

  private static Map<String, Set<String>> columns(Connection connection) throws SQLException {
    Map<String, Set<String>> columns = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()")) {
      while (rows.next()) {
        columns.computeIfAbsent(rows.getString(1), table -> new TreeSet<>()).add(rows.getString(2));
      }
    }
    return columns;
  }

  private static void lock(Connection connection) throws SQLException {
    try (PreparedStatement call = connection.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
      call.setLong(1, LOCK);
      call.execute();
    }
  }

  private static Map<String, List<String>> publicSchema() {
    return Map.of(
        "api_clients", List.of("id", "display_name", "role", "api_key_hash", "is_active", "created_at", "updated_at"),
        "image_generation_batches", List.of("id", "api_client_id", "caller_label", "prompt", "negative_prompt", "width",
            "height", "num_inference_steps", "guidance_scale", "base_seed", "batch_size", "status", "success_count",
            "failed_count", "created_at", "completed_at", "metadata"),
        "image_generation_tasks", List.of("task_id", "batch_id", "batch_index", "seed", "status", "error_code",
            "error_hint", "error_message", "prompt", "negative_prompt", "width", "height", "num_inference_steps",
            "guidance_scale", "cfg_normalization", "cfg_truncation", "max_sequence_length", "created_at", "finished_at",
            "image_id", "output_path", "preview_path", "relative_path", "preview_relative_path", "metadata"));
  }
}
