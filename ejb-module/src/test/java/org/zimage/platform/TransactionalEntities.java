package org.zimage.platform;

import com.arjuna.ats.jta.common.jtaPropertyManager;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** One persistence context for each transaction, as {@code @PersistenceContext} gives it in a server. */
final class TransactionalEntities implements AutoCloseable {
  private final EntityManagerFactory factory;
  private final TransactionSynchronizationRegistry transactions =
      jtaPropertyManager.getJTAEnvironmentBean().getTransactionSynchronizationRegistry();

  TransactionalEntities(EntityManagerFactory factory) {
    this.factory = factory;
  }

  EntityManager entityManager() {
    return (EntityManager) Proxy.newProxyInstance(EntityManager.class.getClassLoader(),
        new Class<?>[] {EntityManager.class}, (proxy, method, arguments) -> call(method, arguments));
  }

  @Override
  public void close() {
    factory.close();
  }

  private Object call(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(current(), arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private EntityManager current() {
    EntityManager known = (EntityManager) transactions.getResource(this);
    if (known != null) {
      return known;
    }
    EntityManager opened = factory.createEntityManager();
    transactions.putResource(this, opened);
    transactions.registerInterposedSynchronization(new Synchronization() {
      @Override
      public void beforeCompletion() { }

      @Override
      public void afterCompletion(int status) {
        opened.close();
      }
    });
    return opened;
  }
}
