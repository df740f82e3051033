package org.zimage.picture.decoding;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.zimage.picture.Mask;
import org.zimage.picture.Picture;
import org.zimage.picture.PictureRefused;
import org.zimage.picture.PictureRefused.Reason;

/**
 * Reads pictures that strangers give: PNG, JPEG and still WebP, told by their first bytes. Of an animated PNG the first frame is read.
 * Pixels are turned as EXIF says, converted to sRGB where the file has another colour profile, and laid on white where they are
 * transparent.
 *
 * <p>What a file needs is bounded by what its header says, and a header that says too much is refused before anything is decoded. All
 * threads together never decode more pixels at a time than the largest picture has; others wait. While a picture is decoded, it takes at
 * most eleven bytes of the heap for each pixel: eight of the decoder for 16 bits and alpha, three of the result; a progressive JPEG
 * takes up to eight more outside of the heap. The result is the caller's, who makes it smaller soon. Thread-safe.
 */
public final class PictureReader {
  private static final int WHITE = 255;
  private static final Semaphore PIXELS = new Semaphore(FileHeader.MAX_PIXELS, true);

  private PictureReader() { }

  /**
   * Reads a picture.
   *
   * @throws PictureRefused when the bytes are no picture that can be used
   */
  public static Picture read(byte[] file) {
    FileHeader header = FileHeader.read(file);
    return decoded(file, header, rows -> onWhite(rows, header));
  }

  /**
   * Reads a picture from a stream, which stays open.
   *
   * @param maxBytes how many bytes are read at most
   * @throws PictureRefused when there are more bytes, or the bytes are no picture that can be used
   * @throws IOException when the stream fails
   */
  public static Picture read(InputStream in, int maxBytes) throws IOException {
    return read(bytes(in, maxBytes));
  }

  /** Reads a picture from a file, like from a stream. */
  public static Picture read(Path file, int maxBytes) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, maxBytes);
    }
  }

  /**
   * Reads a mask. A picture that is transparent anywhere says by its alpha what is repainted: where it is transparent, as in OpenAI's
   * API. Any other says it by its brightness: where it is white, as in diffusers.
   *
   * @throws PictureRefused when the bytes are no picture that can be used
   */
  public static Mask readMask(byte[] file) {
    FileHeader header = FileHeader.read(file);
    return decoded(file, header, rows -> mask(rows, header));
  }

  /** Reads a mask from a stream, like a picture. */
  public static Mask readMask(InputStream in, int maxBytes) throws IOException {
    return readMask(bytes(in, maxBytes));
  }

  /** Reads a mask from a file, like a picture. */
  public static Mask readMask(Path file, int maxBytes) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return readMask(in, maxBytes);
    }
  }

  /**
   * Reads the bytes of a file, for {@link #read(byte[])}.
   *
   * @param maxBytes how many are read at most
   * @throws PictureRefused when there are more
   */
  public static byte[] bytes(InputStream in, int maxBytes) throws IOException {
    byte[] bytes = in.readNBytes(maxBytes);
    if (bytes.length == maxBytes && in.read() >= 0) {
      throw new PictureRefused(Reason.TOO_LARGE,
          "The picture has more than " + maxBytes + " bytes. Make it smaller, or save it as JPEG or WebP.");
    }
    return bytes;
  }

  private interface Use<T> {
    T of(SrgbRows rows);
  }

  private static <T> T decoded(byte[] file, FileHeader header, Use<T> use) {
    PIXELS.acquireUninterruptibly(header.pixels());
    try {
      BufferedImage image = Decoder.decode(file, header);
      return use.of(new SrgbRows(image, header.iccProfile()));
    } catch (PictureRefused refused) {
      throw refused;
    } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError unreadable) {
      // What libraries throw at damaged files
      throw FileHeader.damaged(header.type(), unreadable);
    } finally {
      PIXELS.release(header.pixels());
    }
  }

  private static Picture onWhite(SrgbRows rows, FileHeader header) {
    int width = header.width();
    int height = header.height();
    byte[] pixels = new byte[3 * header.pixels()];
    byte[] rgb = new byte[3 * width];
    byte[] alpha = new byte[width];
    for (int y = 0; y < height; y++) {
      rows.read(y, rgb, alpha);
      for (int x = 0; x < width; x++) {
        int place = 3 * header.orientation().place(x, y, width, height);
        for (int channel = 0; channel < 3; channel++) {
          pixels[place + channel] = onWhite(rgb[3 * x + channel] & 0xFF, alpha[x] & 0xFF);
        }
      }
    }
    return new Picture(header.orientation().width(width, height), header.orientation().height(width, height), pixels);
  }

  private static byte onWhite(int colour, int alpha) {
    return (byte) ((colour * alpha + WHITE * (255 - alpha) + 127) / 255);
  }

  private static Mask mask(SrgbRows rows, FileHeader header) {
    int width = header.width();
    int height = header.height();
    byte[] transparency = new byte[header.pixels()];
    byte[] brightness = new byte[header.pixels()];
    byte[] rgb = new byte[3 * width];
    byte[] alpha = new byte[width];
    boolean transparent = false;
    for (int y = 0; y < height; y++) {
      rows.read(y, rgb, alpha);
      for (int x = 0; x < width; x++) {
        int place = header.orientation().place(x, y, width, height);
        transparency[place] = (byte) ~alpha[x];
        brightness[place] = brightness(rgb[3 * x] & 0xFF, rgb[3 * x + 1] & 0xFF, rgb[3 * x + 2] & 0xFF);
        transparent |= alpha[x] != (byte) 0xFF;
      }
    }
    return new Mask(header.orientation().width(width, height), header.orientation().height(width, height),
        transparent ? transparency : brightness);
  }

  /** ITU-R BT.601's luma with 16 fractional bits, as Pillow converts to {@code L}. */
  private static byte brightness(int red, int green, int blue) {
    return (byte) (19_595 * red + 38_470 * green + 7_471 * blue + 0x8000 >> 16);
  }
}
