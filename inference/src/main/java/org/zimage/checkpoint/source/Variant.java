package org.zimage.checkpoint.source;

/** The published models, which their tensors do not tell apart. */
public enum Variant {
  /** Z-Image-Turbo: distilled, for 8 steps without guidance. */
  TURBO(3),
  /** Z-Image: for 28 to 50 steps with guidance. */
  BASE(6);

  private final double schedulerShift;

  Variant(double schedulerShift) {
    this.schedulerShift = schedulerShift;
  }

  /** The shift of the sigmas. */
  public double schedulerShift() {
    return schedulerShift;
  }
}
