package org.zimage.checkpoint.source;

/** The published models, which their tensors do not tell apart. */
public enum Variant {
  /** Z-Image-Turbo: distilled, for 8 steps without guidance. */
  TURBO("Z-Image-Turbo", 3),
  /** Z-Image: for 28 to 50 steps with guidance. */
  BASE("Z-Image", 6);

  private final String title;
  private final double schedulerShift;

  Variant(String title, double schedulerShift) {
    this.title = title;
    this.schedulerShift = schedulerShift;
  }

  /** The name that its authors gave it. */
  public String title() {
    return title;
  }

  /** The shift of the sigmas. */
  public double schedulerShift() {
    return schedulerShift;
  }
}
