package org.zimage.model;

/** Settings of JavaCPP, under TensorFlow, that must be made before its first class is loaded. */
public final class NativeMemory {
  private NativeMemory() {}

  /**
   * JavaCPP refuses to allocate once the process is larger than four times the heap's maximum, mapped files included;
   * weights live outside the heap, so that limit says nothing. Does nothing where somebody chose a limit.
   */
  public static void allowMoreThanTheHeap() {
    if (System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null) {
      System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    }
  }
}
