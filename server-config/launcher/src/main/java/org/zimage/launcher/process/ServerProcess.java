package org.zimage.launcher.process;

/** A server in a process of its own. Closing it ends the process. */
public interface ServerProcess extends AutoCloseable {
  long pid();
}
