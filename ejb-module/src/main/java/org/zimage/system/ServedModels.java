package org.zimage.system;

import java.util.List;
import java.util.stream.Stream;
import org.zimage.api.model.ModelDefaults;
import org.zimage.system.Workers.Model;

/**
 * The models that a request may go to.
 *
 * @param now those that are served, by name
 * @param before the one that was served last, where none is served now; null where that is not known either
 */
public record ServedModels(List<Model> now, Model before) {

  /** Whether a worker that is there serves this model. */
  public boolean include(String model) {
    return now.stream().anyMatch(served -> served.name().equals(model));
  }

  /**
   * What holds for a request that leaves fields out: the defaults of the model that it goes to. While no worker is there, those of the
   * model that was served last, because a worker that starts again brings the same one. Nothing, so that the HTTP document's defaults
   * hold, where no worker was ever seen, and where the request may go to models that differ.
   *
   * @param model which one the request names; null for none
   */
  public ModelDefaults defaults(String model) {
    Stream<Model> possible = now.isEmpty() ? Stream.ofNullable(before) : now.stream();
    List<ModelDefaults> different = possible.filter(served -> model == null || served.name().equals(model)).map(Model::defaults)
        .distinct().toList();
    return different.size() == 1 ? different.get(0) : ModelDefaults.NONE;
  }
}
