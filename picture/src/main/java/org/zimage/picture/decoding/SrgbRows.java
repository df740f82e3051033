package org.zimage.picture.decoding;

import java.awt.color.ICC_ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;

/**
 * The rows of a decoded picture as 8-bit sRGB with alpha, whatever its samples are: palettes, grey, 16 bits, a colour profile. Grey
 * samples are taken as they are; Java's own grey is linear, and would come out brighter than every other program shows it. For one
 * thread.
 */
final class SrgbRows {
  private static final int RGB = 3;
  private static final byte OPAQUE = (byte) 0xFF;

  private final Raster raster;
  private final IndexColorModel palette;
  private final boolean wide;
  private final int colours;
  private final boolean hasAlpha;
  private final ColorConvertOp toSrgb;
  private final int[] samples;
  private final WritableRaster source;
  private final WritableRaster converted;

  /** @param iccProfile the profile of the pixels, unless the image knows it; may be null */
  SrgbRows(BufferedImage image, byte[] iccProfile) {
    ColorModel model = image.getColorModel();
    int bands = image.getRaster().getNumBands();
    raster = image.getRaster();
    palette = model instanceof IndexColorModel index ? index : null;
    hasAlpha = palette == null ? bands == 2 || bands == 4 : palette.hasAlpha();
    colours = palette != null || bands > 2 ? RGB : 1;
    wide = model.getComponentSize(0) == Short.SIZE;
    toSrgb = iccProfile != null ? IccProfiles.conversion(iccProfile, colours) : ownConversion(model, colours);
    samples = new int[image.getWidth() * bands];
    source = IccProfiles.row(image.getWidth(), colours);
    converted = IccProfiles.row(image.getWidth(), RGB);
  }

  private static ColorConvertOp ownConversion(ColorModel model, int colours) {
    boolean unknown = colours != RGB || model.getColorSpace().isCS_sRGB();
    return !unknown && model.getColorSpace() instanceof ICC_ColorSpace space
        ? IccProfiles.conversion(space.getProfile(), colours) : null;
  }

  /**
   * Reads a row.
   *
   * @param rgb receives three bytes a pixel
   * @param alpha receives one byte a pixel, 255 for opaque
   */
  void read(int y, byte[] rgb, byte[] alpha) {
    int width = raster.getWidth();
    raster.getPixels(0, y, width, 1, samples);
    byte[] colour = colours == RGB ? rgb : new byte[width];
    if (palette == null) {
      readSamples(colour, alpha);
    } else {
      readPalette(colour, alpha);
    }
    if (toSrgb != null) {
      source.setDataElements(0, 0, width, 1, colour);
      toSrgb.filter(source, converted);
      converted.getDataElements(0, 0, width, 1, rgb);
    } else if (colours == 1) {
      for (int x = 0; x < width; x++) {
        rgb[RGB * x] = colour[x];
        rgb[RGB * x + 1] = colour[x];
        rgb[RGB * x + 2] = colour[x];
      }
    }
  }

  private void readSamples(byte[] colour, byte[] alpha) {
    int next = 0;
    for (int x = 0; x < alpha.length; x++) {
      for (int channel = 0; channel < colours; channel++) {
        colour[x * colours + channel] = eightBits(samples[next++]);
      }
      alpha[x] = hasAlpha ? eightBits(samples[next++]) : OPAQUE;
    }
  }

  private void readPalette(byte[] colour, byte[] alpha) {
    for (int x = 0; x < alpha.length; x++) {
      int argb = palette.getRGB(samples[x]);
      colour[RGB * x] = (byte) (argb >> 16);
      colour[RGB * x + 1] = (byte) (argb >> 8);
      colour[RGB * x + 2] = (byte) argb;
      alpha[x] = (byte) (argb >>> 24);
    }
  }

  /** 16 bits are rounded to the nearest of 8. */
  private byte eightBits(int sample) {
    return (byte) (wide ? (sample * 255 + 32_895) >> 16 : sample);
  }
}
