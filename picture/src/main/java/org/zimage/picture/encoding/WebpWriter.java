package org.zimage.picture.encoding;

import com.luciad.imageio.webp.CompressionType;
import com.luciad.imageio.webp.WebPImageWriterSpi;
import com.luciad.imageio.webp.WebPWriteParam;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes 8-bit RGB pictures as lossy WebP with the native library, which is loaded with the first picture. */
public final class WebpWriter {
  private static final float QUALITY = 0.85f;
  /** 0 is the fastest, 6 the smallest: for these pictures 4, the default, takes twice the time for the same size. */
  private static final int METHOD = 2;
  private static final int RGB_BYTES = 3;

  private WebpWriter() { }

  /** @param rgb row by row, 3 bytes a pixel */
  public static byte[] write(int width, int height, byte[] rgb) {
    ImageWriter writer = new WebPImageWriterSpi().createWriterInstance(null);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
      WebPWriteParam parameters = (WebPWriteParam) writer.getDefaultWriteParam();
      parameters.setCompressionType(CompressionType.Lossy);
      parameters.setCompressionQuality(QUALITY);
      parameters.setMethod(METHOD);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image(width, height, rgb), null, null), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException("The preview could not be encoded: " + e.getMessage(), e);
    } finally {
      writer.dispose();
    }
    return file.toByteArray();
  }

  private static BufferedImage image(int width, int height, byte[] rgb) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < rgb.length; i += RGB_BYTES) {
      bgr[i] = rgb[i + 2];
      bgr[i + 1] = rgb[i + 1];
      bgr[i + 2] = rgb[i];
    }
    return image;
  }
}
