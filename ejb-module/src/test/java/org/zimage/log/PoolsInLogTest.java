package org.zimage.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server's own lines, as its log has them when the database or the broker is away. */
class PoolsInLogTest {
  private static final Logger SERVER = Logger.getLogger("javax.enterprise.resource.resourceadapter.com.sun.enterprise");

  private final List<String> said = new ArrayList<>();
  private final Handler log = new Handler() {
    @Override
    public void publish(LogRecord record) {
      said.add(record.getLevel() + " " + new SimpleFormatter().formatMessage(record) + (record.getThrown() == null ? "" : " and a trace"));
    }

    @Override
    public void flush() { }

    @Override
    public void close() { }
  };

  @BeforeEach
  void listen() {
    SERVER.addHandler(log);
    PoolsInLog.sayItOnce();
  }

  @AfterEach
  void stop() {
    SERVER.removeHandler(log);
  }

  @Test
  void aPoolWithoutConnectionsIsSaidOnceInWords() {
    for (int attempt = 0; attempt < 3; attempt++) {
      logger("resource.allocator").log(Level.WARNING, "poolmgr.create_resource_error", new Object[] {"zimagePool", "refused"});
      logger("connectors").log(Level.WARNING, "poolmgr.get_connection_failure", new Object[] {"zimagePool", "refused"});
      logger("connectors").log(Level.WARNING, "poolmgr.get_connection_failure", new Object[] {"zimageCFPool", "it's refused"});
    }

    assertThat(said).containsExactly("WARNING The pool zimagePool gets no connection: refused",
        "WARNING The pool zimageCFPool gets no connection: it's refused");
  }

  @Test
  void brokenConnectionsAreSaidOnceWithoutATrace() {
    logger("resource").log(Level.SEVERE, "poolmgr.system_exception", new IllegalStateException("it's {closed}"));
    logger("resource.rm").log(Level.SEVERE, "poolmgr.unexpected_exception", new IllegalStateException("closed"));
    logger("resource.allocator").log(Level.WARNING, "managed_con.cleanup-failed", new IllegalStateException("closed"));
    logger("resource.pool").log(Level.WARNING, "connection_validation_exception", new IllegalStateException("closed"));

    assertThat(said).containsExactly("WARNING Connections of a pool are broken: java.lang.IllegalStateException: it's {closed}");
  }

  @Test
  void ofBrokenConnectionsTheInnermostCauseIsSaid() {
    logger("resource").log(Level.SEVERE, "poolmgr.system_exception",
        new UndeclaredThrowableException(new InvocationTargetException(new SQLException("the server ends"))));

    assertThat(said).containsExactly("WARNING Connections of a pool are broken: java.sql.SQLException: the server ends");
  }

  /** The key of statements that fail on a new connection, which this class does not name. */
  @Test
  void anyKeyOfTheServerIsSaidInWords() {
    logger("resource").log(Level.WARNING, "jdbc.exc_init_sql_error", new Object[] {"the server starts"});

    assertThat(said).containsExactly("WARNING Connections of a pool are broken: the server starts");
  }

  @Test
  void whatElseTheServerSaysStays() {
    logger("connectors").log(Level.WARNING, "another", new IllegalStateException());

    assertThat(said).containsExactly("WARNING another and a trace");
  }

  private static Logger logger(String name) {
    return Logger.getLogger(SERVER.getName() + "." + name);
  }
}
