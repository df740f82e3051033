package org.zimage.picture.decoding;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Colour profiles in files. A broken one, or one that does not fit the pixels, is ignored, as browsers do. */
final class IccProfiles {
  /** Profiles of cameras and screens have some kilobytes, the largest of printers two million bytes. */
  private static final int MAX_PROFILE_BYTES = 4 << 20;
  /** What a conversion to sRGB's own roundings may change in a picture that is sRGB already. */
  private static final int SRGB_TOLERANCE = 2;
  private static final int PROBE_STEP = 15;

  private IccProfiles() { }

  /**
   * The profile in a PNG's chunk.
   *
   * @param chunk name, 0, compression method, compressed profile; may be null
   * @return null when there is none, or it is broken or too large
   */
  static byte[] inflated(byte[] chunk) {
    if (chunk == null) {
      return null;
    }
    int name = 0;
    while (name < chunk.length && chunk[name] != 0) {
      name++;
    }
    if (name + 2 >= chunk.length) {
      return null;
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(chunk, name + 2, chunk.length - name - 2);
      byte[] profile = new byte[MAX_PROFILE_BYTES];
      int length = inflater.inflate(profile);
      return inflater.finished() ? Arrays.copyOf(profile, length) : null;
    } catch (DataFormatException broken) {
      return null;
    } finally {
      inflater.end();
    }
  }

  /**
   * What turns pixels with that profile into sRGB.
   *
   * @param profile may be null
   * @param channels 1 or 3
   * @return null when nothing is to be done
   */
  static ColorConvertOp conversion(byte[] profile, int channels) {
    if (profile == null || profile.length > MAX_PROFILE_BYTES) {
      return null;
    }
    try {
      return conversion(ICC_Profile.getInstance(profile), channels);
    } catch (RuntimeException broken) {
      return null;
    }
  }

  /** The same for a profile that a library has read. */
  static ColorConvertOp conversion(ICC_Profile profile, int channels) {
    int expected = channels == 1 ? ColorSpace.TYPE_GRAY : ColorSpace.TYPE_RGB;
    try {
      if (profile.getColorSpaceType() != expected) {
        return null;
      }
      ColorConvertOp op =
          new ColorConvertOp(new ICC_Profile[] {profile, ICC_Profile.getInstance(ColorSpace.CS_sRGB)}, null);
      return changesColours(op, channels) ? op : null;
    } catch (RuntimeException broken) {
      return null;
    }
  }

  /** Most profiles are sRGB under one of its many names: then the pixels stay as they are. Tried with colours, grey ones and pure. */
  private static boolean changesColours(ColorConvertOp op, int channels) {
    int steps = 255 / PROBE_STEP + 1;
    int colours = channels == 1 ? steps : steps * steps * steps;
    WritableRaster probe = row(colours, channels);
    byte[] source = new byte[colours * channels];
    for (int i = 0; i < colours; i++) {
      int rest = i;
      for (int channel = 0; channel < channels; channel++) {
        source[i * channels + channel] = (byte) (rest % steps * PROBE_STEP);
        rest /= steps;
      }
    }
    probe.setDataElements(0, 0, colours, 1, source);
    WritableRaster converted = row(colours, 3);
    op.filter(probe, converted);
    byte[] result = (byte[]) converted.getDataElements(0, 0, colours, 1, null);
    for (int i = 0; i < result.length; i++) {
      int before = source[channels == 1 ? i / 3 : i] & 0xFF;
      if (Math.abs((result[i] & 0xFF) - before) > SRGB_TOLERANCE) {
        return true;
      }
    }
    return false;
  }

  /** One row of 8-bit pixels. */
  static WritableRaster row(int width, int channels) {
    return Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, 1, channels, null);
  }
}
