package org.zimage.web.writing;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import org.apache.catalina.connector.RequestFacade;
import org.glassfish.grizzly.CloseListener;
import org.glassfish.grizzly.Closeable;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.ICloseType;

/**
 * The server's own connection below a request. The Servlet API cannot tell whether it is open, nor break an answer off; and when it is
 * closed, the server tells no listener that the request's asynchronous context is over. Thread-safe.
 */
public final class ServerConnection {
  private final Connection<?> connection;

  private ServerConnection(Connection<?> connection) {
    this.connection = connection;
  }

  public static ServerConnection of(ServletRequest request) {
    ServletRequest inner = request;
    while (inner instanceof ServletRequestWrapper wrapper) {
      inner = wrapper.getRequest();
    }
    return new ServerConnection(((RequestFacade) inner).getUnwrappedCoyoteRequest().getCoyoteRequest().getContext().getConnection());
  }

  boolean isOpen() {
    return connection.isOpen();
  }

  /**
   * Does something when the connection is closed, at once where it is. A server's thread does it, which must not wait.
   *
   * @return takes that back
   */
  public Runnable whenClosed(Runnable action) {
    CloseListener<Closeable, ICloseType> listener = (closed, how) -> action.run();
    connection.addCloseListener(listener);
    return () -> connection.removeCloseListener(listener);
  }

  /** The caller sees that the answer is not whole. */
  void breakOff() {
    connection.terminateSilently();
  }
}
