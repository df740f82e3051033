package org.zimage.schema;

/** The database cannot be used. The message says in one line what is wrong, where, and what to do. */
public class UnusableDatabase extends RuntimeException {
  UnusableDatabase(String message) {
    super(message);
  }
}
