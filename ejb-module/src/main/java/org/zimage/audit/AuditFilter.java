package org.zimage.audit;

import java.time.Instant;

/**
 * Which records are wanted; null stands for no condition.
 *
 * @param after the number of the last record that the caller has; 0 for none
 * @param from when it was done at the earliest
 * @param until the moment before which it was done
 * @param client who did it: a client's id
 */
public record AuditFilter(long after, Instant from, Instant until, String client, Deed deed) { }
