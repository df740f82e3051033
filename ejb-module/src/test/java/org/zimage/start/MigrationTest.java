package org.zimage.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zimage.platform.Platform;
import org.zimage.resources.DatabaseClock;
import org.zimage.schema.Schema;

@ExtendWith(Platform.class)
class MigrationTest {
  static Stream<Throwable> troubles() {
    return Stream.of(new SQLException(), new IllegalStateException(), new SQLException("away"), new NoClassDefFoundError());
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void goesOnUntilTheTablesAreThereWhateverWasWrongAndSaysIt(Throwable trouble) throws Exception {
    DataSource database = failingOnce(Platform.servers().emptyDatabase(), trouble);
    Schema schema = new Schema(database);
    List<String> said = new ArrayList<>();

    try (Listener listener = new Listener(said)) {
      new Migration(schema, new DatabaseClock(database)).run();
    }

    assertThat(schema.isCurrent()).isTrue();
    assertThat(said).first().asString().startsWith("The database's tables are not ready")
        .endsWith(trouble.getMessage() == null ? trouble.getClass().getName() : trouble.getMessage());
  }

  private static DataSource failingOnce(DataSource database, Throwable trouble) {
    AtomicBoolean hasFailed = new AtomicBoolean();
    return (DataSource) Proxy.newProxyInstance(DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class},
        (proxy, method, arguments) -> {
          if (!hasFailed.getAndSet(true)) {
            throw trouble;
          }
          return method.invoke(database, arguments);
        });
  }

  /** Hears what is logged until it is closed. */
  private static final class Listener extends Handler implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Migration.class.getName());
    private final List<String> said;

    Listener(List<String> said) {
      this.said = said;
      LOG.addHandler(this);
    }

    @Override
    public void publish(LogRecord line) {
      said.add(line.getMessage());
    }

    @Override
    public void flush() {
      // nothing is kept back
    }

    @Override
    public void close() {
      LOG.removeHandler(this);
    }
  }
}
