package org.zimage.platform;

import com.arjuna.ats.jta.TransactionManager;
import org.eclipse.persistence.platform.server.ServerPlatformBase;
import org.eclipse.persistence.sessions.DatabaseSession;
import org.eclipse.persistence.sessions.ExternalTransactionController;
import org.eclipse.persistence.sessions.JNDIConnector;
import org.eclipse.persistence.transaction.JTATransactionController;

/** Tells EclipseLink where transactions come from. */
public class NarayanaServer extends ServerPlatformBase {
  public NarayanaServer(DatabaseSession session) {
    super(session);
  }

  @Override
  public Class<? extends ExternalTransactionController> getExternalTransactionControllerClass() {
    return Controller.class;
  }

  @Override
  public int getJNDIConnectorLookupType() {
    return JNDIConnector.STRING_LOOKUP;
  }

  /** EclipseLink makes it by reflection. */
  public static class Controller extends JTATransactionController {
    @Override
    protected jakarta.transaction.TransactionManager acquireTransactionManager() {
      return TransactionManager.transactionManager();
    }
  }
}
