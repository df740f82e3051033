package org.zimage.cli.output;

import java.util.ArrayList;
import java.util.List;
import org.zimage.api.model.CfgNormalization;
import org.zimage.api.model.ModelDefaults;

/** What models say of themselves, as text for people. */
public final class ModelText {
  private ModelText() { }

  /** What a model takes unless a request says otherwise; never of a model that says nothing. */
  public static String of(ModelDefaults defaults) {
    List<String> parts = new ArrayList<>();
    if (defaults.numInferenceSteps() != null) {
      parts.add(defaults.numInferenceSteps() + " steps");
    }
    if (defaults.guidanceScale() != null) {
      parts.add("guidance " + defaults.guidanceScale());
    }
    if (defaults.cfgNormalization() != null) {
      parts.add("cfg_normalization " + CfgNormalization.json(defaults.cfgNormalization()));
    }
    if (defaults.negativePrompt() != null) {
      parts.add("away from \"" + TaskText.printable(defaults.negativePrompt()) + "\"");
    }
    if (defaults.sizes() != null) {
      parts.add("sizes such as " + String.join(", ", defaults.sizes()));
    }
    return String.join(", ", parts);
  }
}
