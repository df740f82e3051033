package org.zimage.audit;

/**
 * A deed that is to be recorded.
 *
 * @param status of HTTP, where it was refused or failed; null where it was done
 * @param object the id of what it was done to; null where there is none, or none that is known
 * @param batch the batch that the object belongs to; null where there is none
 */
public record AuditRecord(Deed deed, Outcome outcome, Integer status, Actor actor, String object, String batch) {
  /** One that was done. */
  public static AuditRecord done(Deed deed, Actor actor, String object) {
    return new AuditRecord(deed, Outcome.ACCEPTED, null, actor, object, null);
  }

  /** One that changed nothing: it had been done before, or was over. */
  public static AuditRecord unchanged(Deed deed, Actor actor, String object) {
    return new AuditRecord(deed, Outcome.UNCHANGED, null, actor, object, null);
  }

  /**
   * One that was refused, or failed.
   *
   * @param status of HTTP, at least 400
   * @param sent what the caller sent as the object's id: kept only where it can be nothing else; null for none
   */
  static AuditRecord refused(Deed deed, Actor actor, int status, String sent) {
    boolean isKept = sent != null && deed.object().isOpaque(sent);
    return new AuditRecord(deed, Outcome.of(status), status, actor, isKept ? sent : null, null);
  }

  /** The same for an object of a batch. */
  public AuditRecord in(String ofBatch) {
    return new AuditRecord(deed, outcome, status, actor, object, ofBatch);
  }
}
