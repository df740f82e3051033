package org.zimage.adapter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zimage.adapter.AdapterTargets.Target;

/**
 * What several adapters add to one layer, as one adapter whose rank is the sum of theirs. Strength and scale are in {@code up}.
 *
 * @param down [rank, in], row by row
 * @param up [out, rank], row by row
 */
public record JoinedLayer(Target target, int rank, float[] down, float[] up) {

  /** Only layers that something is added to. */
  public static Map<String, JoinedLayer> of(List<AppliedAdapter> adapters) {
    Map<String, List<Share>> shares = new LinkedHashMap<>();
    for (AppliedAdapter applied : adapters) {
      for (AdapterLayer layer : applied.adapter().layers()) {
        shares.computeIfAbsent(layer.target().name(), name -> new ArrayList<>())
            .add(new Share(layer, (float) (layer.scale() * applied.strength())));
      }
    }
    Map<String, JoinedLayer> joined = new LinkedHashMap<>();
    shares.forEach((name, of) -> joined.put(name, join(of)));
    return joined;
  }

  private record Share(AdapterLayer layer, float factor) {}

  private static JoinedLayer join(List<Share> shares) {
    Target target = shares.get(0).layer().target();
    int rank = shares.stream().mapToInt(share -> share.layer().rank()).sum();
    float[] down = new float[Math.toIntExact(rank * target.in())];
    float[] up = new float[Math.toIntExact(rank * target.out())];
    int first = 0;
    for (Share share : shares) {
      float[] rows = share.layer().downValues();
      System.arraycopy(rows, 0, down, Math.toIntExact(first * target.in()), rows.length);
      putColumns(share, up, first, rank);
      first += share.layer().rank();
    }
    return new JoinedLayer(target, rank, down, up);
  }

  private static void putColumns(Share share, float[] up, int first, int rank) {
    float[] columns = share.layer().upValues();
    int own = share.layer().rank();
    for (int row = 0; row < share.layer().target().out(); row++) {
      for (int column = 0; column < own; column++) {
        up[row * rank + first + column] = columns[row * own + column] * share.factor();
      }
    }
  }
}
