package org.zimage.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import jakarta.persistence.PersistenceException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.platform.NarayanaServer;
import org.zimage.platform.Platform;

@ExtendWith(Platform.class)
class LateConnectionTest {
  @Test
  void entitiesBeginWithoutADatabaseAndAreReadWhenItComes() {
    AtomicBoolean isThere = new AtomicBoolean();
    try (EntityManagerFactory factory = Persistence.createEntityManagerFactory("zimage", Map.of(
        "jakarta.persistence.jtaDataSource", database(isThere),
        "eclipselink.session-name", "late",
        "eclipselink.logging.level", "OFF",
        "eclipselink.weaving", "false",
        "eclipselink.target-server", NarayanaServer.class.getName()));
        EntityManager early = factory.createEntityManager()) {
      assertThatThrownBy(() -> early.createNativeQuery("SELECT 1").getSingleResult()).isInstanceOf(PersistenceException.class)
          .hasMessageContaining("away");

      isThere.set(true);

      assertThat(early.createQuery("SELECT COUNT(task) FROM GenerationTask task").getSingleResult()).isEqualTo(0L);
    }
  }

  private static DataSource database(AtomicBoolean isThere) {
    return (DataSource) Proxy.newProxyInstance(DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class},
        (proxy, method, arguments) -> {
          if (!isThere.get()) {
            throw new SQLException("away");
          }
          return method.invoke(Platform.database(), arguments);
        });
  }
}
