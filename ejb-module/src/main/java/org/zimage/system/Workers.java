package org.zimage.system;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import org.zimage.api.SystemStatus.Worker;
import org.zimage.api.model.ModelDefaults;
import org.zimage.json.Bodies;
import org.zimage.request.JsonText;

/** The workers that were seen lately, and the model each of them serves. Lives on the database's clock. Thread-safe. */
@ApplicationScoped
public class Workers {
  /** How often a worker says that it is there. */
  public static final int PERIOD_SECONDS = 5;

  /** A worker that was not seen for this long is gone. */
  private static final int ALIVE_SECONDS = 6 * PERIOD_SECONDS;

  private static final String ALIVE = "seen_at > clock_timestamp() - interval '" + ALIVE_SECONDS + " seconds'";

  private final EntityManager entities;

  protected Workers() {
    this(null);
  }

  @Inject
  public Workers(EntityManager entities) {
    this.entities = entities;
  }

  /**
   * The worker is there, and ready.
   *
   * @param name host and process, unique among those alive
   * @param model the name by which requests choose it
   */
  @Transactional
  public void seen(String name, String model, Card card, Machine machine) {
    entities.createNativeQuery("""
        INSERT INTO workers (name, model, card, machine, started_at, seen_at)
        VALUES (?1, ?2, CAST(?3 AS jsonb), CAST(?4 AS jsonb), clock_timestamp(), clock_timestamp())
        ON CONFLICT (name) DO UPDATE
        SET model = excluded.model, card = excluded.card, machine = excluded.machine, seen_at = excluded.seen_at""")
        .setParameter(1, name).setParameter(2, model).setParameter(3, Bodies.text(card))
        .setParameter(4, Bodies.text(machine)).executeUpdate();
  }

  /** The worker stops; the model that it served is remembered for a day. */
  @Transactional
  public void gone(String name) {
    entities.createNativeQuery("""
        UPDATE workers SET seen_at = least(seen_at, clock_timestamp() - interval '%d seconds') WHERE name = ?1"""
        .formatted(ALIVE_SECONDS)).setParameter(1, name).executeUpdate();
  }

  /** Those who are there now, by name. */
  @Transactional
  public List<Worker> alive() {
    List<?> rows = entities.createNativeQuery(
        "SELECT name, model, CAST(card AS text), CAST(machine AS text) FROM workers WHERE " + ALIVE + " ORDER BY name").getResultList();
    return rows.stream().map(Object[].class::cast)
        .map(row -> new Worker((String) row[0], (String) row[1], object(row[2]), object(row[3]))).toList();
  }

  private static JsonObject object(Object stored) {
    return JsonText.stored((String) stored).orElse(JsonValue.EMPTY_JSON_OBJECT);
  }

  /**
   * A model that a worker serves.
   *
   * @param card what is known of it, as the worker tells that was started last
   */
  public record Model(String name, Instant servedSince, JsonObject card) {
    /** What it takes for fields that a request leaves out. */
    public ModelDefaults defaults() {
      return ModelDefaults.ofCard(card);
    }
  }

  /** The models that are served now, by name. */
  @Transactional
  public List<Model> models() {
    return models("""
        SELECT model, CAST(extract(epoch FROM min(started_at)) AS bigint),
          CAST((array_agg(card ORDER BY started_at DESC, name))[1] AS text)
        FROM workers WHERE %s GROUP BY model ORDER BY model""".formatted(ALIVE));
  }

  /** The models that a request may go to. */
  @Transactional
  public ServedModels served() {
    List<Model> now = models();
    if (!now.isEmpty()) {
      return new ServedModels(now, null);
    }
    List<Model> before = models("""
        SELECT model, CAST(extract(epoch FROM started_at) AS bigint), CAST(card AS text)
        FROM workers ORDER BY seen_at DESC, name LIMIT 1""");
    return new ServedModels(now, before.isEmpty() ? null : before.get(0));
  }

  private List<Model> models(String query) {
    List<?> rows = entities.createNativeQuery(query).getResultList();
    return rows.stream().map(Object[].class::cast)
        .map(row -> new Model((String) row[0], Instant.ofEpochSecond(((Number) row[1]).longValue()), object(row[2]))).toList();
  }

  /** Forgets workers that ended without a word, a day ago or earlier. */
  @Transactional
  public int forgetOld() {
    return entities.createNativeQuery("DELETE FROM workers WHERE seen_at < clock_timestamp() - interval '1 day'")
        .executeUpdate();
  }

  /**
   * What callers may know of a model.
   *
   * @param schedulerShift of its sigmas
   * @param defaults null where it has none of its own
   */
  public record Card(String dtype, @JsonbProperty("canvas_multiple") int canvasMultiple,
      @JsonbProperty("source_checksum") String sourceChecksum, @JsonbProperty("scheduler_shift") double schedulerShift,
      @JsonbNillable(false) ModelDefaults defaults) { }

  /**
   * What the administrator may know of where a worker runs.
   *
   * @param largestSquare side in pixels of the largest square picture that fits now
   */
  public record Machine(String device, @JsonbProperty("computes_on") String computesOn, int processors,
      @JsonbProperty("free_memory_bytes") long freeMemoryBytes, @JsonbProperty("largest_square") int largestSquare) { }
}
