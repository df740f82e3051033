package org.zimage.image;

import com.luciad.imageio.webp.CompressionType;
import com.luciad.imageio.webp.WebPImageWriterSpi;
import com.luciad.imageio.webp.WebPWriteParam;
import jakarta.enterprise.context.ApplicationScoped;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.imageio.IIOImage;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Turns finished pixels into files. Thread-safe; the WebP library is native and is loaded with the first picture. */
@ApplicationScoped
public class PictureEncoder {
  private static final float WEBP_QUALITY = 0.85f;
  /** 0 is the fastest, 6 the smallest: for these pictures 4, the default, takes twice the time for the same size. */
  private static final int WEBP_METHOD = 2;
  private static final int RGB_BYTES = 3;

  /**
   * Encodes a picture as PNG and WebP, which takes about the same time: side by side, since somebody waits for the picture.
   *
   * @param rgb row by row, 3 bytes a pixel: {@code width · height · 3} bytes
   * @param texts what the PNG carries in its text chunks, keyword → text
   * @throws IllegalArgumentException when the number of bytes does not fit the size
   */
  public EncodedPicture encode(int width, int height, byte[] rgb, Map<String, String> texts) {
    if (rgb.length != width * height * RGB_BYTES) {
      throw new IllegalArgumentException(
          "A picture of " + width + "x" + height + " has " + width * height * RGB_BYTES + " bytes (got " + rgb.length
              + ")");
    }
    CompletableFuture<byte[]> png = CompletableFuture.supplyAsync(() -> PngWriter.write(width, height, rgb, texts));
    byte[] webp = webp(width, height, rgb);
    return new EncodedPicture(png.join(), webp);
  }

  private static byte[] webp(int width, int height, byte[] rgb) {
    ImageWriter writer = new WebPImageWriterSpi().createWriterInstance(null);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
      WebPWriteParam parameters = (WebPWriteParam) writer.getDefaultWriteParam();
      parameters.setCompressionType(CompressionType.Lossy);
      parameters.setCompressionQuality(WEBP_QUALITY);
      parameters.setMethod(WEBP_METHOD);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image(width, height, rgb), null, null), parameters);
    } catch (IOException e) {
      throw new StorageFailed("The preview could not be encoded: " + e.getMessage(), e);
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
