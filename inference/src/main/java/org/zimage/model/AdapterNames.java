package org.zimage.model;

/** What an exported transformer calls its signatures and variables for adapters. */
public final class AdapterNames {
  /** The signature that sets the adapters. */
  public static final String ADAPT = "adapt";
  /** The end of the names of the signatures that also add what {@link #ADAPT} was given. */
  public static final String WITH_ADAPTERS = "_with_adapters";
  /** The beginning of the names of the variables that hold adapters, not weights. */
  public static final String VARIABLES = ADAPT + ".";
  /** The end of the name of a layer's input [rank, in]. */
  public static final String DOWN = ".down";
  /** The end of the name of a layer's input [out, rank]. */
  public static final String UP = ".up";

  private AdapterNames() {}
}
