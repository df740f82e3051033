package org.zimage.model;

/** Settings of JavaCPP, under TensorFlow, that must be made before its first class is loaded. */
public final class NativeMemory {
  private NativeMemory() {}

  /**
   * Switches JavaCPP's limit off, unless somebody has set one. By default JavaCPP refuses to allocate once the process is larger
   * than four times the maximal heap, mapped files included. Weights live outside the heap, so that limit says nothing.
   */
  public static void allowMoreThanTheHeap() {
    if (System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null) {
      System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    }
  }
}
