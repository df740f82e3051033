package org.zimage.platform;

import com.arjuna.ats.jta.TransactionManager;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.SystemException;
import jakarta.transaction.UserTransaction;
import org.jboss.weld.transaction.spi.TransactionServices;

/** Tells Weld when a transaction ends, for observers that wait for it; Weld finds it as a service. */
public final class NarayanaTransactions implements TransactionServices {
  @Override
  public void registerSynchronization(Synchronization synchronization) {
    try {
      TransactionManager.transactionManager().getTransaction().registerSynchronization(synchronization);
    } catch (RollbackException | SystemException e) {
      throw new IllegalStateException("The transaction takes no observers", e);
    }
  }

  @Override
  public boolean isTransactionActive() {
    try {
      return TransactionManager.transactionManager().getStatus() == Status.STATUS_ACTIVE;
    } catch (SystemException e) {
      throw new IllegalStateException("The state of the transaction is unknown", e);
    }
  }

  @Override
  public UserTransaction getUserTransaction() {
    return com.arjuna.ats.jta.UserTransaction.userTransaction();
  }

  @Override
  public void cleanup() { }
}
