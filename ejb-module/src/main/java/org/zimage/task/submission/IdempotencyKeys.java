package org.zimage.task.submission;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonValue;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.zimage.api.ValidationError.Problem;
import org.zimage.api.json.Bodies;
import org.zimage.error.InvalidRequest;
import org.zimage.request.Sha256;
import org.zimage.task.TaskId;

/** Finds, for 24 hours, the task that an idempotency key of a client stands for. Thread-safe. */
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
   * A client's own name for a request.
   *
   * @param client empty for anonymous calls
   */
  record Name(String client, String key) { }

  /**
   * Notes that keys stand for new tasks, and tells the requests whose keys stand for one already. Of several calls with one
   * key at the same time, the others wait until the first is committed or rolled back. Requests whose key stands for another
   * request are refused.
   *
   * @param group no two of them with the same key
   */
  @Transactional(Transactional.TxType.MANDATORY)
  void claim(List<SubmittedRequests> group) {
    Map<Name, SubmittedRequest> asked = new HashMap<>();
    group.stream().flatMap(one -> one.requests().stream()).filter(SubmittedRequest::hasKey)
        .forEach(request -> asked.put(request.keyName(), request));
    if (asked.isEmpty()) {
      return;
    }
    String rows = json(asked.values());
    Set<TaskId> noted = note(rows);
    if (noted.size() < asked.size()) {
      Map<Name, Known> known = known(rows);
      group.forEach(one -> apply(one, noted, known));
    }
  }

  /** What a key stands for. */
  private record Known(TaskId task, String hash) { }

  private record Row(String client, String key, String hash, String task) { }

  private static String json(Collection<SubmittedRequest> requests) {
    return Bodies.text(requests.stream().map(request -> new Row(request.keyName().client(), request.keyName().key(),
        request.hash(), request.task().value())).toList());
  }

  private Set<TaskId> note(String rows) {
    List<?> noted = entities.createNativeQuery("""
        INSERT INTO idempotency_keys AS known (client, key, request_hash, task_id, created_at)
        SELECT client, key, hash, task, clock_timestamp()
        FROM json_to_recordset(CAST(?1 AS json)) AS asked (client text, key text, hash text, task text)
        ORDER BY client, key
        ON CONFLICT (client, key) DO UPDATE
          SET request_hash = excluded.request_hash, task_id = excluded.task_id, created_at = excluded.created_at
          WHERE known.created_at < clock_timestamp() - %s
        RETURNING task_id""".formatted(LIFETIME)).setParameter(1, rows).getResultList();
    return noted.stream().map(task -> new TaskId((String) task)).collect(Collectors.toSet());
  }

  private Map<Name, Known> known(String rows) {
    List<?> found = entities.createNativeQuery("""
        SELECT known.client, known.key, known.task_id, known.request_hash FROM idempotency_keys known
        JOIN json_to_recordset(CAST(?1 AS json)) AS asked (client text, key text)
          ON known.client = asked.client AND known.key = asked.key""").setParameter(1, rows).getResultList();
    return found.stream().map(Object[].class::cast).collect(Collectors.toMap(
        row -> new Name((String) row[0], (String) row[1]), row -> new Known(new TaskId((String) row[2]), (String) row[3])));
  }

  private static void apply(SubmittedRequests requests, Set<TaskId> noted, Map<Name, Known> known) {
    for (SubmittedRequest request : requests.requests()) {
      if (request.hasKey() && !noted.contains(request.task())) {
        Known first = known.get(request.keyName());
        if (first.hash().equals(request.hash())) {
          request.isKnownAs(first.task());
        } else {
          requests.refuse(refused(request.keyName().key(),
              "Value error, the key was used for another request within 24 hours"));
        }
      }
    }
  }

  /** Requests that are refused leave no key behind. */
  @Transactional(Transactional.TxType.MANDATORY)
  void release(List<SubmittedRequests> refused) {
    String tasks = refused.stream().flatMap(one -> one.unknown().stream()).filter(SubmittedRequest::hasKey)
        .map(request -> request.task().value()).collect(Collectors.joining(","));
    if (!tasks.isEmpty()) {
      entities.createNativeQuery("DELETE FROM idempotency_keys WHERE task_id = ANY (string_to_array(?1, ','))")
          .setParameter(1, tasks).executeUpdate();
    }
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
    return "part " + index + " of " + Sha256.hex(key);
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

  /** @throws InvalidRequest when the key is empty or too long */
  static Name name(String clientId, String key) {
    check(key);
    return new Name(clientId == null ? "" : clientId, key);
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

  /** Equal requests have equal hashes. */
  static String hash(GenerationRequest request) {
    return Sha256.hex(request.toJson());
  }
}
