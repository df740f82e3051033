package org.zimage.system;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.zimage.api.SystemStatus.Worker;
import org.zimage.api.json.Bodies;
import org.zimage.api.model.ModelDefaults;
import org.zimage.request.JsonText;
import org.zimage.resources.ReadOnlyQueries;
import org.zimage.settings.Settings;
import org.zimage.system.ServedModels.Model;

/** The workers that were seen lately, and the model each of them serves. Lives on the database's clock. Thread-safe. */
@ApplicationScoped
public class Workers {
  /** How often a worker says that it is there. */
  public static final int PERIOD_SECONDS = 5;

  /** A worker that was not seen for this long is gone. */
  private static final int ALIVE_SECONDS = 6 * PERIOD_SECONDS;

  /** The condition that a row of {@code workers} is of one who is there. */
  public static final String ALIVE = "seen_at > clock_timestamp() - interval '" + ALIVE_SECONDS + " seconds'";

  /** How old an answer of {@link #servedLately} may be. A worker counts as there for thirty times as long. */
  private static final long LATELY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final EntityManager entities;
  private final ReadOnlyQueries queries;
  private final Settings settings;
  private final AtomicReference<Found> lately = new AtomicReference<>();

  protected Workers() {
    this(null, null, null);
  }

  @Inject
  public Workers(EntityManager entities, ReadOnlyQueries queries, Settings settings) {
    this.entities = entities;
    this.queries = queries;
    this.settings = settings;
  }

  /**
   * The worker is there, and ready.
   *
   * @param name host and process, unique among those alive
   * @param model the name by which requests choose it
   * @return whether {@link #toldTargets} is still to be called
   */
  @Transactional
  public boolean seen(String name, String model, Card card, Machine machine) {
    lately.set(null); // of this application; others know it within a second
    return (Boolean) entities.createNativeQuery("""
        INSERT INTO workers (name, model, card, machine, started_at, seen_at)
        VALUES (?1, ?2, CAST(?3 AS jsonb), CAST(?4 AS jsonb), clock_timestamp(), clock_timestamp())
        ON CONFLICT (name) DO UPDATE
        SET model = excluded.model, card = excluded.card, machine = excluded.machine, seen_at = excluded.seen_at
        RETURNING adapter_targets IS NULL""")
        .setParameter(1, name).setParameter(2, model).setParameter(3, Bodies.text(card))
        .setParameter(4, Bodies.text(machine)).getSingleResult();
  }

  /**
   * Notes which layers of the worker's model adapters may add to, once: it is many of them.
   *
   * @param shapes of the layers' weights, by their keys
   */
  @Transactional
  public void toldTargets(String name, Map<String, long[]> shapes) {
    List<Layer> layers = shapes.entrySet().stream()
        .map(layer -> new Layer(layer.getKey(), layer.getValue()[0], layer.getValue()[1])).toList();
    entities.createNativeQuery("UPDATE workers SET adapter_targets = CAST(?2 AS jsonb) WHERE name = ?1")
        .setParameter(1, name).setParameter(2, Bodies.text(layers)).executeUpdate();
  }

  /**
   * Notes in which manner a worker draws, so that pictures are known that it would draw again.
   *
   * @param manner a hash, as {@link org.zimage.task.reuse.Manner} makes it
   */
  @Transactional
  public void toldManner(String name, String manner) {
    entities.createNativeQuery("UPDATE workers SET manner = ?2 WHERE name = ?1 AND manner IS DISTINCT FROM ?2")
        .setParameter(1, name).setParameter(2, manner).executeUpdate();
  }

  /**
   * A layer as its row has it.
   *
   * @param weight its key; the weight is [out, in]
   */
  public record Layer(String weight, long out, long in) { }

  /** The layers of a model that adapters may add to: their weights' keys and shapes. */
  public record Targets(String model, Map<String, long[]> shapes) { }

  /** Of the models that workers have served today, by name; of workers with one model, what the last has told. */
  public List<Targets> targets() {
    return queries.list("""
        SELECT DISTINCT ON (model) model, CAST(adapter_targets AS text) FROM workers
        WHERE adapter_targets IS NOT NULL ORDER BY model, seen_at DESC""",
        row -> new Targets(row.getString(1), shapes(JsonText.parse(row.getString(2)).asJsonArray())));
  }

  private static Map<String, long[]> shapes(JsonArray layers) {
    return layers.getValuesAs(JsonObject.class).stream().collect(Collectors.toMap(layer -> layer.getString("weight"),
        layer -> new long[] {layer.getJsonNumber("out").longValueExact(), layer.getJsonNumber("in").longValueExact()}));
  }

  /** The worker stops; the model that it served is remembered for a day. */
  @Transactional
  public void gone(String name) {
    lately.set(null); // of this application; others know it within a second
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

  /** @param atNanos of {@link System#nanoTime} */
  private record Found(ServedModels models, long atNanos) { }

  /**
   * The models as they were served about a second ago at most. While there are some, one caller a second asks the database, and
   * the others go by what was known before; while there are none, each asks, so that the first worker is known at once.
   */
  public ServedModels servedLately() {
    Found known = lately.get();
    if (known == null || known.models().models().isEmpty()) {
      return served();
    }
    long now = System.nanoTime();
    boolean isOld = now - known.atNanos() >= LATELY_NANOS;
    return isOld && lately.compareAndSet(known, new Found(known.models(), now)) ? served() : known.models();
  }

  /** The models that are served now; where there are none, with the one that was served last. */
  public ServedModels served() {
    long asked = System.nanoTime();
    List<Model> now = models("""
        SELECT model, CAST(extract(epoch FROM min(started_at)) AS bigint), count(*),
          CAST((array_agg(card ORDER BY started_at DESC, name))[1] AS text)
        FROM workers WHERE %s GROUP BY model ORDER BY model COLLATE "C"
        """.formatted(ALIVE));
    List<Model> before = now.isEmpty() ? models("""
        SELECT model, CAST(extract(epoch FROM started_at) AS bigint), 0, CAST(card AS text)
        FROM workers ORDER BY seen_at DESC, name LIMIT 1""") : List.of();
    ServedModels models = new ServedModels(now, before.isEmpty() ? null : before.get(0), settings.defaultModel());
    lately.set(new Found(models, asked));
    return models;
  }

  private List<Model> models(String query) {
    return queries.list(query, row -> new Model(row.getString(1), Instant.ofEpochSecond(row.getLong(2)), row.getInt(3),
        object(row.getString(4))));
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
