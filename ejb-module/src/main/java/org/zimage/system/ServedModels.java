package org.zimage.system;

import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.zimage.api.model.ModelDefaults;

/**
 * The models that workers serve at one moment, and the one for requests that name none. Immutable.
 *
 * @param models by name; empty while no worker is there
 * @param before the one that was served last, where none is served now; null where that is not known either
 * @param chosenDefault the operator's choice (ZIMAGE_DEFAULT_MODEL); null for none
 */
public record ServedModels(List<Model> models, Model before, String chosenDefault) {
  private static final Comparator<Model> LONGEST_SERVED = Comparator.comparing(Model::servedSince).thenComparing(Model::name);

  /**
   * A model that at least one worker serves.
   *
   * @param card what is known of it, as the worker tells that was started last
   */
  public record Model(String name, Instant servedSince, int workers, JsonObject card) {
    /** What it takes for fields that a request leaves out. */
    public ModelDefaults defaults() {
      return ModelDefaults.ofCard(card);
    }
  }

  /**
   * Whether a request may name this model. Those of the operator's choice wait for their workers. While no worker is there nobody
   * knows which models there will be, so that any may be named.
   */
  public boolean mayBeNamed(String model) {
    return models.isEmpty() || model.equals(chosenDefault) || models.stream().anyMatch(served -> served.name().equals(model));
  }

  /**
   * The model of a task whose request names none: the operator's choice; of several models that which is served for the longest.
   * Null where there is no choice, because any worker may take the task.
   */
  public String forUnnamed() {
    return chosenDefault != null || models.size() < 2 ? chosenDefault : models.stream().min(LONGEST_SERVED).orElseThrow().name();
  }

  /** The model that a request without a name gets now; null while that is not known. */
  public String defaultName() {
    return models.size() == 1 && chosenDefault == null ? models.get(0).name() : forUnnamed();
  }

  /**
   * What holds for a request that leaves fields out: the defaults of the model that it goes to. While no worker is there, those of the
   * model that was served last, because a worker that starts again brings the same one. Nothing, so that the HTTP document's defaults
   * hold, where the model was not seen.
   *
   * @param model which one the request names; null for none
   */
  public ModelDefaults defaults(String model) {
    String wanted = model == null ? defaultName() : model;
    Stream<Model> known = models.isEmpty() ? Stream.ofNullable(before) : models.stream();
    return known.filter(served -> wanted == null || served.name().equals(wanted)).findFirst().map(Model::defaults)
        .orElse(ModelDefaults.NONE);
  }

  /** The names, for people. */
  public String names() {
    return models.stream().map(Model::name).collect(Collectors.joining(", "));
  }
}
