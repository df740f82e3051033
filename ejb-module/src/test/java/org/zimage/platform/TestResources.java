package org.zimage.platform;

import com.arjuna.ats.jta.TransactionManager;
import com.arjuna.ats.jta.common.jtaPropertyManager;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.narayana.NarayanaTransactionIntegration;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.jms.ConnectionFactory;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Persistence;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.postgresql.xa.PGXADataSource;
import org.zimage.settings.Authorities;
import org.zimage.settings.BrowserSettings;
import org.zimage.settings.GpuSettings;
import org.zimage.settings.RedisSettings;
import org.zimage.settings.Settings;
import org.zimage.settings.WebhookSettings;

/** What the application server provides in production, from its own parts: Narayana, Agroal, EclipseLink, Artemis. */
@ApplicationScoped
public class TestResources {
  private static final int CONNECTIONS = 40;

  @Produces
  @Singleton
  AgroalDataSource dataSource() throws SQLException {
    String url = Platform.servers().jdbcUrl(Platform.database());
    return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier().connectionPoolConfiguration(pool -> pool
        .maxSize(CONNECTIONS)
        .transactionIntegration(new NarayanaTransactionIntegration(TransactionManager.transactionManager(),
            jtaPropertyManager.getJTAEnvironmentBean().getTransactionSynchronizationRegistry()))
        .connectionFactoryConfiguration(factory -> factory
            .connectionProviderClass(PGXADataSource.class)
            .jdbcUrl(url)
            .principal(new NamePrincipal("postgres")))));
  }

  void close(@Disposes AgroalDataSource dataSource) {
    dataSource.close();
  }

  @Produces
  @Singleton
  TransactionalEntities entities(DataSource dataSource) {
    return new TransactionalEntities(Persistence.createEntityManagerFactory("zimage", Map.of(
        "jakarta.persistence.jtaDataSource", dataSource,
        "eclipselink.logging.level", "SEVERE",
        "eclipselink.weaving", "false",
        "eclipselink.target-server", NarayanaServer.class.getName())));
  }

  void close(@Disposes TransactionalEntities entities) {
    entities.close();
  }

  @Produces
  @Singleton
  EntityManager entityManager(TransactionalEntities entities) {
    return entities.entityManager();
  }

  @Produces
  @Singleton
  ConnectionFactory connectionFactory() {
    return Platform.servers().connectionFactory();
  }

  @Produces
  @Singleton
  ThreadFactory threads() {
    return Thread::new;
  }

  @Produces
  @Singleton
  RandomGenerator random() {
    return new SecureRandom();
  }

  @Produces
  @Singleton
  TestClock clock() {
    return new TestClock();
  }

  @Produces
  @Singleton
  Settings settings() {
    return new Settings("test", true, "admin-key", Set.of(), 0, 0, redis(),
        Path.of("target", "test-images").toAbsolutePath(), Path.of("target", "no-model").toAbsolutePath(), null, null,
        new WebhookSettings(Set.of("receiver.test", "127.0.0.1", "localhost"), new byte[32], true), Set.of("shop.replies."),
        GpuSettings.DEFAULT, BrowserSettings.DEFAULT, Settings.DEFAULT_MAX_INPUT_BYTES, Path.of("loras"), Authorities.OF_JAVA);
  }

  private static RedisSettings redis() {
    return Settings.read(Map.of("REDIS_URL", Platform.servers().redisUrl().toString())).redis();
  }
}
