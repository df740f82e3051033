package org.zimage.settings;

/**
 * How a worker uses a GPU, where it has one.
 *
 * @param index ZIMAGE_GPU: which of the machine's GPUs; a machine with several runs one worker for each
 * @param memoryGrowth ZIMAGE_GPU_MEMORY_GROWTH: take its memory as it is needed; otherwise nearly all of it at once
 * @param textEncoder ZIMAGE_GPU_TEXT_ENCODER: keep the text encoder in the GPU's memory, too; otherwise it works on the
 *     processor
 */
public record GpuSettings(int index, boolean memoryGrowth, boolean textEncoder) {
  public static final GpuSettings DEFAULT = new GpuSettings(0, true, false);

  static GpuSettings read(Settings.Reader reader) {
    return new GpuSettings(reader.index("ZIMAGE_GPU"), reader.flag("ZIMAGE_GPU_MEMORY_GROWTH", true),
        reader.flag("ZIMAGE_GPU_TEXT_ENCODER", false));
  }
}
