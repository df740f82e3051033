package org.zimage.resources;

import org.eclipse.persistence.config.SessionCustomizer;
import org.eclipse.persistence.internal.databaseaccess.DatabaseAccessor;
import org.eclipse.persistence.internal.databaseaccess.DatasourcePlatform;
import org.eclipse.persistence.sessions.Session;
import org.eclipse.persistence.sessions.server.ConnectionPool;
import org.eclipse.persistence.sessions.server.ExternalConnectionPool;
import org.eclipse.persistence.sessions.server.ServerSession;

/**
 * Lets EclipseLink start without a connection. EclipseLink takes a connection from the server's pool for every transaction anyway; at
 * its start it would only check that there is one. If the database is away at that moment, an application server takes the application
 * for broken, closes it, and does not try again.
 */
public final class LateConnection implements SessionCustomizer {
  @Override
  public void customize(Session session) {
    ServerSession server = (ServerSession) session;
    server.addConnectionPool(late(server.getDefaultConnectionPool(), server));
    server.setReadConnectionPool(late(server.getReadConnectionPool(), server));
  }

  private static ConnectionPool late(ConnectionPool pool, ServerSession server) {
    return new ExternalConnectionPool(pool.getName(), pool.getLogin(), server) {
      @Override
      public void startUp() {
        setCachedConnection(new UnconnectedAccessor(this, server));
        setIsConnected(true);
      }
    };
  }

  /** What every transaction gets a copy of, and connects. */
  private static final class UnconnectedAccessor extends DatabaseAccessor {
    UnconnectedAccessor(ConnectionPool pool, ServerSession server) {
      setPool(pool);
      setLogin(pool.getLogin());
      setDatasourcePlatform((DatasourcePlatform) server.getDatasourceLogin().getDatasourcePlatform());
    }
  }
}
