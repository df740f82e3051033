package org.zimage.task;

import static org.zimage.task.JsonLibrary.JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonValue;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Remembers for 24 hours which task a client's own name for a request led to. Thread-safe. */
@ApplicationScoped
public class IdempotencyKeys {
  public static final int MAX_LENGTH = 255;

  private static final String LIFETIME = "interval '24 hours'";

  private final EntityManager entities;

  protected IdempotencyKeys() {
    this(null);
  }

  @Inject
  public IdempotencyKeys(EntityManager entities) {
    this.entities = entities;
  }

  /**
   * Notes that a key stands for a new task. Of several calls with one key at the same time, the others wait until the first
   * is committed or rolled back.
   *
   * @param clientId whose key it is; null for anonymous calls
   * @param task the task that will be made, in the same transaction
   * @return the task the key already stands for; empty when it now stands for the new one
   * @throws InvalidRequest when the key is empty, too long, or stands for another request
   */
  @Transactional(Transactional.TxType.MANDATORY)
  Optional<TaskId> claim(String clientId, String key, GenerationRequest request, TaskId task) {
    check(key);
    String client = clientId == null ? "" : clientId;
    String hash = hash(request);
    int noted = entities.createNativeQuery("""
        INSERT INTO idempotency_keys AS known (client, key, request_hash, task_id, created_at)
        VALUES (?1, ?2, ?3, ?4, clock_timestamp())
        ON CONFLICT (client, key) DO UPDATE
          SET request_hash = excluded.request_hash, task_id = excluded.task_id, created_at = excluded.created_at
          WHERE known.created_at < clock_timestamp() - %s""".formatted(LIFETIME))
        .setParameter(1, client).setParameter(2, key).setParameter(3, hash).setParameter(4, task.value()).executeUpdate();
    return noted > 0 ? Optional.empty() : Optional.of(first(client, key, hash));
  }

  /**
   * Whether a key stands for a task.
   *
   * @param clientId whose key it is; null for anonymous calls
   */
  @Transactional
  public boolean isKnown(String clientId, String key) {
    return !entities.createNativeQuery("""
        SELECT task_id FROM idempotency_keys
        WHERE client = ?1 AND key = ?2 AND created_at >= clock_timestamp() - %s""".formatted(LIFETIME))
        .setParameter(1, clientId == null ? "" : clientId).setParameter(2, key).getResultList().isEmpty();
  }

  /**
   * The key of one of several requests that were sent under one key; keys of single requests are never the same.
   *
   * @param key null for none
   * @throws InvalidRequest when the key is empty or too long
   */
  static String ofPart(String key, int index) {
    if (key == null) {
      return null;
    }
    check(key);
    return "part " + index + " of " + sha256(key);
  }

  /** Forgets what is older than a day; a key that somebody uses at this moment is left for the next time. */
  @Transactional
  public int forgetOld() {
    return entities.createNativeQuery("""
        DELETE FROM idempotency_keys WHERE (client, key) IN (
          SELECT client, key FROM idempotency_keys WHERE created_at < clock_timestamp() - %s FOR UPDATE SKIP LOCKED)"""
        .formatted(LIFETIME)).executeUpdate();
  }

  /**
   * Locks the keys of a batch's tasks, before the batch itself: whoever repeats a request has its key locked, and may wait
   * for the task.
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void lock(UUID batch) {
    entities.createNativeQuery("""
        SELECT key FROM idempotency_keys WHERE task_id IN (
          SELECT task_id FROM image_generation_tasks WHERE batch_id = ?1)
        ORDER BY client, key FOR UPDATE""").setParameter(1, batch).getResultList();
  }

  private TaskId first(String client, String key, String hash) {
    List<?> rows = entities.createNativeQuery(
        "SELECT task_id, request_hash FROM idempotency_keys WHERE client = ?1 AND key = ?2")
        .setParameter(1, client).setParameter(2, key).getResultList();
    Object[] row = (Object[]) rows.get(0);
    if (!hash.equals(row[1])) {
      throw refused(key, "Value error, the key was used for another request within 24 hours");
    }
    return new TaskId((String) row[0]);
  }

  private static void check(String key) {
    boolean usable = !key.isBlank() && key.length() <= MAX_LENGTH
        && key.chars().allMatch(character -> character >= ' ' && character != 0x7F);
    if (!usable) {
      throw refused(key, "Value error, a key has 1 to " + MAX_LENGTH + " visible characters");
    }
  }

  private static InvalidRequest refused(String key, String message) {
    JsonValue input = JSON.createValue(key.substring(0, Math.min(key.length(), MAX_LENGTH)));
    return new InvalidRequest(List.of(new Problem("value_error", List.of("header", "Idempotency-Key"), message, input)));
  }

  private static String hash(GenerationRequest request) {
    return sha256(request.toJson().toString());
  }

  private static String sha256(String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
