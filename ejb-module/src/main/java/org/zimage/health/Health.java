package org.zimage.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.reflect.UndeclaredThrowableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.zimage.broker.BrokerWatch;
import org.zimage.broker.Listeners;
import org.zimage.image.ImageStore;
import org.zimage.image.StorageFailed;
import org.zimage.progress.ProgressStore;
import org.zimage.schema.Schema;

/** Looks after what this process needs. Thread-safe. */
@ApplicationScoped
public class Health {
  private static final Logger LOG = Logger.getLogger(Health.class.getName());
  private static final int TIMEOUT_SECONDS = 2;

  private final DataSource dataSource;
  private final Schema schema;
  private final ProgressStore progressStore;
  private final ImageStore images;
  private final BrokerWatch broker;
  private final Listeners listeners;
  private final OncePerSecond<HealthReport> report = new OncePerSecond<>(this::ask);

  protected Health() {
    this(null, null, null, null, null, null);
  }

  @Inject
  public Health(DataSource dataSource, Schema schema, ProgressStore progressStore, ImageStore images, BrokerWatch broker,
      Listeners listeners) {
    this.dataSource = dataSource;
    this.schema = schema;
    this.progressStore = progressStore;
    this.images = images;
    this.broker = broker;
    this.listeners = listeners;
  }

  /** How every server is, now or up to a second ago. */
  public HealthReport check() {
    return report.get();
  }

  private HealthReport ask() {
    return new HealthReport(isDatabaseReachable(), schema.isCurrent(), progressStore.isReachable(), isStoreReadable(),
        broker.troubles(), listeners.inTrouble());
  }

  private boolean isStoreReadable() {
    try {
      images.checkReading();
      return true;
    } catch (StorageFailed e) {
      LOG.log(Level.FINE, "The image store is away", e);
      return false;
    }
  }

  private boolean isDatabaseReachable() {
    try (Connection connection = dataSource.getConnection()) {
      return connection.isValid(TIMEOUT_SECONDS);
    } catch (SQLException | UndeclaredThrowableException e) {
      // The latter wraps what the server's pool meets in a connection that broke since it was used last
      LOG.log(Level.FINE, "The database is away", e);
      return false;
    }
  }
}
