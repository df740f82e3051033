package org.zimage.adapter;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.zimage.checkpoint.CheckpointException;

/** The linear layers of a transformer, which adapters add to, by the names that diffusers gives them. Immutable. */
public final class AdapterTargets {
  private static final String WEIGHT = ".weight";
  /** Longer names are no layer's. What is compared with all layers is cut to it. */
  private static final int MAX_NAME_CHARACTERS = 200;
  private static final Pattern FUSED = Pattern.compile("(.+[._]attention)[._]qkv");
  private static final List<String> THIRDS = List.of("to_q", "to_k", "to_v");
  /** The authors' names, and what diffusers calls them. */
  private static final Map<Pattern, String> RENAMED = Map.of(
      Pattern.compile("^x_embedder$"), "all_x_embedder.2-1",
      Pattern.compile("^final_layer(?=[._])"), "all_final_layer.2-1",
      Pattern.compile("([._])attention[._](to[._])?out$"), "$1attention.to_out.0");

  /** A layer's weight is [out, in]. */
  public record Target(String name, long out, long in) {}

  private final Map<String, Target> targets = new TreeMap<>();
  /** By their names with underscores for points. */
  private final Map<String, Target> byAnyName = new HashMap<>();

  /** @param shapes of a transformer's weights, by their keys */
  public AdapterTargets(Map<String, long[]> shapes) {
    shapes.forEach((key, shape) -> {
      if (key.endsWith(WEIGHT) && shape.length == 2) {
        Target target = new Target(key.substring(0, key.length() - WEIGHT.length()), shape[0], shape[1]);
        targets.put(target.name(), target);
        byAnyName.put(withUnderscores(target.name()), target);
      }
    });
  }

  /** The shapes of the layers' weights, by their keys: what these targets can be made of again. */
  public Map<String, long[]> shapes() {
    Map<String, long[]> shapes = new TreeMap<>();
    targets.values().forEach(target -> shapes.put(target.name() + WEIGHT, new long[] {target.out(), target.in()}));
    return shapes;
  }

  private static String withUnderscores(String name) {
    return name.replace('.', '_');
  }

  /** How many layers there are. */
  public int size() {
    return targets.size();
  }

  /** The layers that a name means: one, three for q, k and v in one, none. */
  List<Target> named(String name) {
    Matcher fused = FUSED.matcher(name);
    if (fused.matches()) {
      List<Target> thirds = THIRDS.stream().map(third -> byAnyName.get(withUnderscores(fused.group(1) + "." + third))).toList();
      return thirds.contains(null) ? List.of() : thirds;
    }
    String renamed = name;
    for (Map.Entry<Pattern, String> renaming : RENAMED.entrySet()) {
      renamed = renaming.getKey().matcher(renamed).replaceFirst(renaming.getValue());
    }
    Target target = byAnyName.get(withUnderscores(renamed));
    return target == null ? List.of() : List.of(target);
  }

  /** The layer whose name is most like this one. */
  String nearest(String name) {
    String cut = withUnderscores(name.substring(0, Math.min(name.length(), MAX_NAME_CHARACTERS)));
    return targets.keySet().stream().min(Comparator.comparingInt(target -> changes(cut, withUnderscores(target))))
        .orElseThrow(() -> new CheckpointException("The model has no layers for adapters"));
  }

  /** How many characters are put in, left out or replaced to make one text of the other (Levenshtein). */
  private static int changes(String from, String to) {
    int[] before = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] now = new int[to.length() + 1];
      now[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = before[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        now[j] = Math.min(replaced, 1 + Math.min(before[j], now[j - 1]));
      }
      before = now;
    }
    return before[to.length()];
  }
}
