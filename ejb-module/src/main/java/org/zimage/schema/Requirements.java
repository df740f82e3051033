package org.zimage.schema;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;

/**
 * Checks what the database must be and what its role must be allowed to do, before the tables are looked at. Without these checks a
 * migration would end in the middle with words that name no remedy, or nobody would notice until the first prompt in Chinese.
 */
final class Requirements {
  private static final String FACTS = """
      SELECT current_database(), current_user, current_schema(), pg_is_in_recovery(), current_setting('server_encoding'),
        coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)""";

  private static final String TABLES = """
      SELECT string_agg(relname, ', ' ORDER BY relname) FILTER (WHERE NOT pg_has_role(relowner, 'USAGE')),
        string_agg(relname, ', ' ORDER BY relname) FILTER (WHERE NOT (has_table_privilege(oid, 'SELECT')
          AND has_table_privilege(oid, 'INSERT') AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE')))
      FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(current_schema())) AND relkind IN ('r', 'p') AND relname = ANY(?)""";

  private final Connection connection;
  private final String database;
  private final String role;
  private final String schema;
  private final boolean mayCreate;

  /**
   * Reads what is needed for all of them, and checks those that every start has.
   *
   * @throws UnusableDatabase for the first that is not met
   */
  Requirements(Connection connection) throws SQLException {
    this.connection = connection;
    try (PreparedStatement question = connection.prepareStatement(FACTS); ResultSet facts = question.executeQuery()) {
      facts.next();
      database = facts.getString(1);
      role = facts.getString(2);
      schema = facts.getString(3);
      mayCreate = facts.getBoolean(6);
      if (facts.getBoolean(4)) {
        throw new UnusableDatabase("The database " + database + " is a standby, which takes no tasks: name its primary in DATABASE_URL, "
            + "or all its hosts, separated by commas");
      }
      if (!facts.getString(5).equals("UTF8")) {
        throw new UnusableDatabase("The database " + database + " keeps its texts in " + facts.getString(5) + ", which has no letters of "
            + "most languages: make another with CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0, and name it in DATABASE_URL");
      }
      if (schema == null) {
        throw new UnusableDatabase("The role " + role + " may use no schema of the database " + database
            + ": run GRANT USAGE, CREATE ON SCHEMA public TO " + role);
      }
    }
  }

  /** @throws UnusableDatabase if the role may not do with these tables, as far as they are there, what every task needs */
  void mayUse(Collection<String> tables) throws SQLException {
    look(tables, 2, "may not read and write", "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA " + schema + " TO " + role);
  }

  /** @throws UnusableDatabase if the role may not make tables, or change these, as far as they are there */
  void mayMigrate(Collection<String> tables) throws SQLException {
    if (!mayCreate) {
      throw new UnusableDatabase("The role " + role + " may make no tables in the schema " + schema + " of the database " + database
          + ": run GRANT CREATE ON SCHEMA " + schema + " TO " + role);
    }
    look(tables, 1, "does not own, and so may not change,", "ALTER TABLE … OWNER TO " + role + " for each of them");
  }

  private void look(Collection<String> tables, int column, String lack, String remedy) throws SQLException {
    try (PreparedStatement question = connection.prepareStatement(TABLES)) {
      Array names = connection.createArrayOf("text", tables.toArray());
      question.setArray(1, names);
      try (ResultSet lacking = question.executeQuery()) {
        lacking.next();
        if (lacking.getString(column) != null) {
          throw new UnusableDatabase("The role " + role + " " + lack + " " + lacking.getString(column) + " in the schema " + schema
              + " of the database " + database + ": run " + remedy);
        }
      }
    }
  }
}
