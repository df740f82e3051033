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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.postgresql.xa.PGXADataSource;
import org.zimage.settings.Settings;

/** What the application server provides in production, from its own parts: Narayana, Agroal, EclipseLink, Artemis. */
@ApplicationScoped
public class TestResources {
  private static final String PICTURES = "target/test-images";

  private static final int CONNECTIONS = 40;

  @Produces
  @Singleton
  AgroalDataSource dataSource() throws SQLException {
    String url = Platform.jdbcUrl();
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

  /** The folder of the pictures is there, whichever test comes first. */
  @Produces
  @Singleton
  Settings settings() throws IOException {
    Files.createDirectories(Path.of(PICTURES));
    return settings(Map.of());
  }

  /** The settings of all tests, with these variables instead of their own. */
  public static Settings settings(Map<String, String> others) {
    Map<String, String> environment = new HashMap<>(Map.of("ENVIRONMENT", "test", "API_ADMIN_KEY", "admin-key",
        "REDIS_URL", Platform.redisUrl().toString(), "ZIMAGE_OUTPUT_DIR", PICTURES,
        "ZIMAGE_MODEL_DIR", "target/no-model", "ZIMAGE_LORA_CACHE", "target/test-lora-cache",
        "ZIMAGE_WEBHOOK_HOSTS", "receiver.test,127.0.0.1,localhost", "ZIMAGE_WEBHOOK_SECRET", "A".repeat(32), "ZIMAGE_WEBHOOK_PRIVATE_ADDRESSES", "true", "ZIMAGE_REPLY_PREFIXES", "shop.replies."));
    environment.put("ZIMAGE_LORA_DIR", "target/no-loras"); // By default those of whoever runs the tests
    environment.putAll(others);
    return Settings.read(environment);
  }
}
