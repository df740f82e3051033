package org.zimage.launcher;

/** A server in a process of its own. Closing it ends the process. */
interface ServerProcess extends AutoCloseable {
  long pid();
}
