package org.zimage.system;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.SystemStatus;
import org.zimage.api.SystemStatus.Limits;
import org.zimage.api.SystemStatus.Model;
import org.zimage.api.model.ModelDefaults;

/** What waits, what runs, and who works. Thread-safe. */
@ApplicationScoped
public class SystemOverview {
  private static final Limits LIMITS = new Limits(GenerateImageRequest.MIN_SIDE, GenerateImageRequest.MAX_SIDE,
      GenerateImageRequest.MAX_STEPS, GenerateImageRequest.MAX_GUIDANCE, GenerateImageRequest.MAX_PROMPT);

  private final EntityManager entities;
  private final Workers workers;

  protected SystemOverview() {
    this(null, null);
  }

  @Inject
  public SystemOverview(EntityManager entities, Workers workers) {
    this.entities = entities;
    this.workers = workers;
  }

  /** The unfinished tasks of a model; of those that any worker may take, the model is null. */
  private record Unfinished(String model, long waiting, long running, long oldestSeconds) {
    static Unfinished of(Object[] row) {
      return new Unfinished((String) row[0], number(row[1]), number(row[2]), number(row[3]));
    }

    private static long number(Object column) {
      return ((Number) column).longValue();
    }
  }

  /** The system now; reads unfinished tasks only, however long the history is. */
  @Transactional
  public SystemStatus now() {
    List<?> rows = entities.createNativeQuery("""
        SELECT model, count(*) FILTER (WHERE status = 'pending'), count(*) FILTER (WHERE status = 'running'),
          coalesce(extract(epoch FROM clock_timestamp() - min(created_at) FILTER (WHERE status = 'pending')), 0)
        FROM image_generation_tasks WHERE status IN ('pending', 'running') GROUP BY model""").getResultList();
    List<Unfinished> tasks = rows.stream().map(row -> Unfinished.of((Object[]) row)).toList();
    ServedModels served = workers.served();
    return new SystemStatus(tasks.stream().mapToLong(Unfinished::waiting).sum(),
        tasks.stream().mapToLong(Unfinished::running).sum(),
        tasks.stream().mapToLong(Unfinished::oldestSeconds).reduce(0, Math::max), LIMITS, served.defaults(null), workers.alive(),
        models(served, tasks));
  }

  /** What holds for a request that names no model, for fields that it leaves out; reads no tasks. */
  public ModelDefaults defaults() {
    return workers.served().defaults(null);
  }

  /** Those that are served, that tasks wait for, and the default. */
  private static List<Model> models(ServedModels served, List<Unfinished> tasks) {
    String byDefault = served.defaultName();
    SortedMap<String, Model> models = new TreeMap<>();
    served.models().forEach(model -> models.put(model.name(), model(model.name(), byDefault, model.workers())));
    Stream.concat(Stream.ofNullable(byDefault), tasks.stream().map(Unfinished::model).filter(Objects::nonNull))
        .forEach(name -> models.computeIfAbsent(name, it -> model(it, byDefault, 0)));
    tasks.forEach(of -> models.computeIfPresent(of.model() != null ? of.model() : byDefault != null ? byDefault : "",
        (name, model) -> new Model(name, model.isDefault(), model.workers(), model.queueDepth() + of.waiting(),
            model.running() + of.running())));
    return List.copyOf(models.values());
  }

  private static Model model(String name, String byDefault, int workers) {
    return new Model(name, name.equals(byDefault), workers, 0, 0);
  }
}
