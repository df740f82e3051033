package org.zimage.schema;

/** The database holds something that is neither empty nor ours; the message names what is missing and what to do. */
public class SchemaMismatch extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SchemaMismatch(String message) {
    super(message);
  }
}
