package org.zimage.resources;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.jms.ConnectionFactory;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.TransactionSynchronizationRegistry;
import javax.sql.DataSource;

/** The resources of the server, by the names that server-config gives them. */
@ApplicationScoped
public class ServerResources {
  @Produces
  @PersistenceContext(unitName = "zimage")
  private EntityManager entityManager;

  @Produces
  @Resource(lookup = "jdbc/zimage")
  private DataSource dataSource;

  @Produces
  @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
  private TransactionSynchronizationRegistry transactions;

  @Produces
  @Resource(lookup = "jms/zimageCF")
  private ConnectionFactory connectionFactory;

  /** Threads that the server knows: they see the application's classes, names and transactions. */
  @Produces
  @Resource
  private ManagedThreadFactory threadFactory;
}
