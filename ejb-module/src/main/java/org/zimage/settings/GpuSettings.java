package org.zimage.settings;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a worker uses a GPU, where it has one.
 *
 * @param index ZIMAGE_GPU: which of the machine's GPUs; a machine with several runs one worker for each
 * @param required ZIMAGE_GPU: {@code required} and {@code required:1} for a worker that draws nothing without that GPU; otherwise
 *     it draws on the processor where it sees none
 * @param memoryGrowth ZIMAGE_GPU_MEMORY_GROWTH: take its memory as it is needed; otherwise nearly all of it at once
 * @param textEncoder ZIMAGE_GPU_TEXT_ENCODER: keep the text encoder in the GPU's memory, too; otherwise it works on the
 *     processor
 */
public record GpuSettings(int index, boolean required, boolean memoryGrowth, boolean textEncoder) {
  private static final Pattern GPU = Pattern.compile("(?<index>\\d{1,4})|(?<required>required)(:(?<which>\\d{1,4}))?");
  public static final GpuSettings DEFAULT = new GpuSettings(0, false, true, false);

  static GpuSettings read(Settings.Reader reader) {
    String value = reader.text("ZIMAGE_GPU", "0");
    Matcher gpu = GPU.matcher(value);
    if (!gpu.matches()) {
      throw new InvalidSetting("ZIMAGE_GPU", value,
          "a whole number from 0 (the first) on, or 'required', 'required:1' and so on for no picture without it");
    }
    boolean required = gpu.group("required") != null;
    String index = required ? gpu.group("which") : gpu.group("index");
    return new GpuSettings(index == null ? 0 : Integer.parseInt(index), required,
        reader.flag("ZIMAGE_GPU_MEMORY_GROWTH", true), reader.flag("ZIMAGE_GPU_TEXT_ENCODER", false));
  }
}
