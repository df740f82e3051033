package org.zimage.tests.system;

/** The end of a test class whose servers may have failed to start. */
public final class Teardown {
  private Teardown() { }

  /** @param servers in the order in which they are closed; null for those that were not started */
  public static void close(AutoCloseable... servers) throws Exception {
    for (AutoCloseable server : servers) {
      if (server != null) {
        server.close();
      }
    }
  }
}
