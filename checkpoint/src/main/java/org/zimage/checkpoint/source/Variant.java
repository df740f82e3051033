package org.zimage.checkpoint.source;

import java.util.List;

/** The published models, which their tensors do not tell apart. */
public enum Variant {
  /** Z-Image-Turbo: distilled, for 8 steps without guidance. */
  TURBO("Z-Image-Turbo", 3, new SamplingDefaults(8, 0.0, null, null, List.of())),
  /** Z-Image: for 28 to 50 steps with guidance of 3 to 5. The defaults are the fewest of these steps, and the middle of this guidance. */
  BASE("Z-Image", 6, new SamplingDefaults(28, 4.0, null, 0.0, List.of()));

  private final String title;
  private final double schedulerShift;
  private final SamplingDefaults defaults;

  Variant(String title, double schedulerShift, SamplingDefaults defaults) {
    this.title = title;
    this.schedulerShift = schedulerShift;
    this.defaults = defaults;
  }

  /** The name that its authors gave it. */
  public String title() {
    return title;
  }

  /** The shift of the sigmas. */
  public double schedulerShift() {
    return schedulerShift;
  }

  /** As its authors recommend it. */
  public SamplingDefaults defaults() {
    return defaults;
  }
}
