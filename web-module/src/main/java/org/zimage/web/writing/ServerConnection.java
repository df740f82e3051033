package org.zimage.web.writing;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import org.apache.catalina.connector.RequestFacade;
import org.glassfish.grizzly.Connection;

/** The server's own connection below a request. The Servlet API cannot tell whether it is open, nor break an answer off. Thread-safe. */
final class ServerConnection {
  private final Connection<?> connection;

  private ServerConnection(Connection<?> connection) {
    this.connection = connection;
  }

  static ServerConnection of(ServletRequest request) {
    ServletRequest inner = request;
    while (inner instanceof ServletRequestWrapper wrapper) {
      inner = wrapper.getRequest();
    }
    return new ServerConnection(((RequestFacade) inner).getUnwrappedCoyoteRequest().getCoyoteRequest().getContext().getConnection());
  }

  boolean isOpen() {
    return connection.isOpen();
  }

  /** The caller sees that the answer is not whole. */
  void breakOff() {
    connection.terminateSilently();
  }
}
