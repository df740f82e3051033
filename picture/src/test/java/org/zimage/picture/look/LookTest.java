package org.zimage.picture.look;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.picture.Picture;
import org.zimage.picture.decoding.PictureReader;
import org.zimage.picture.encoding.WebpWriter;

class LookTest {
  private final Picture circle = disc(512, Color.RED, Color.WHITE, 100, 120, 260);

  @ParameterizedTest
  @CsvSource({"256, 256", "64, 64", "333, 333", "1024, 1024", "400, 300"})
  void aResizedPictureLooksTheSame(int width, int height) {
    assertThat(distance(circle.resizedTo(width, height))).isLessThanOrEqualTo(Look.MOST_DIFFERENT);
  }

  @ParameterizedTest
  @ValueSource(floats = {0.3f, 0.6f, 0.9f})
  void aPictureThatWasCompressedAnewLooksTheSame(float quality) throws IOException {
    assertThat(distance(PictureReader.read(jpeg(circle, quality)))).isLessThanOrEqualTo(Look.MOST_DIFFERENT);
    Picture half = circle.resizedTo(256, 256);
    assertThat(distance(PictureReader.read(jpeg(half, quality)))).isLessThanOrEqualTo(Look.MOST_DIFFERENT);
    assertThat(distance(PictureReader.read(WebpWriter.write(256, 256, half.rgb())))).isLessThanOrEqualTo(Look.MOST_DIFFERENT);
  }

  @Test
  void anotherColourPlaceOrSizeLooksDifferent() {
    assertThat(distance(disc(512, Color.BLUE, Color.WHITE, 100, 120, 260))).isGreaterThan(Look.MOST_DIFFERENT);
    assertThat(distance(disc(512, Color.RED, Color.LIGHT_GRAY, 100, 120, 260))).isGreaterThan(Look.MOST_DIFFERENT);
    assertThat(distance(disc(512, Color.RED, Color.WHITE, 160, 120, 260))).isGreaterThan(Look.MOST_DIFFERENT);
    assertThat(distance(disc(512, Color.RED, Color.WHITE, 130, 150, 200))).isGreaterThan(Look.MOST_DIFFERENT);
  }

  @Test
  void aCroppedPictureLooksDifferent() {
    assertThat(distance(circle.centre(410, 410))).isGreaterThan(Look.MOST_DIFFERENT);
  }

  /** As pHash's bits are, which tell which frequencies are above the median. */
  @Test
  void noiseOnAPlainGroundIsNoDifference() {
    byte[] noisy = new byte[3 * 256 * 256];
    Random random = new Random(1);
    for (int i = 0; i < noisy.length; i++) {
      noisy[i] = (byte) (200 + random.nextInt(7) - 3);
    }

    assertThat(Look.of(disc(256, Color.WHITE, new Color(200, 200, 200), 0, 0, 0)).distance(Look.of(new Picture(256, 256, noisy)))).isZero();
  }

  /** The least that an index needs to find it: 11 parts of which 10 bits can spoil 10. */
  @Test
  void similarLooksHaveABandInCommonWhateverTheirBits() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 2_000; i++) {
      String text = bits(random);
      char[] other = text.toCharArray();
      IntStream.generate(() -> random.nextInt(Look.BITS)).distinct().limit(Look.MOST_DIFFERENT).forEach(place -> other[place] ^= 1);
      Look first = Look.parse(text);
      Look second = Look.parse(new String(other));

      assertThat(first.distance(second)).isEqualTo(Look.MOST_DIFFERENT);
      assertThat(Arrays.stream(first.bands()).boxed().collect(Collectors.toSet()))
          .containsAnyElementsOf(Arrays.stream(second.bands()).boxed().toList());
    }
  }

  @Test
  void bandsOfUnrelatedLooksAreHardlyEverTheSame() {
    SplittableRandom random = new SplittableRandom(3);
    long bands = IntStream.range(0, 1_000).mapToObj(i -> Look.parse(bits(random)).bands()).flatMapToInt(Arrays::stream).distinct().count();

    assertThat(bands).isGreaterThan(1_000 * Look.BANDS - 10);
  }

  @Test
  void aLookIsReadAsItIsWritten() {
    Look look = Look.of(circle);

    assertThat(Look.parse(look.toString())).isEqualTo(look).hasSameHashCodeAs(look);
    assertThat(look.toString()).hasSize(Look.BITS).matches("[01]+");
    assertThatThrownBy(() -> Look.parse("0101")).hasMessage("A look has 512 bits (got 4)");
  }

  private int distance(Picture other) {
    return Look.of(circle).distance(Look.of(other));
  }

  private static String bits(SplittableRandom random) {
    return random.ints(Look.BITS, 0, 2).mapToObj(Integer::toString).collect(Collectors.joining());
  }

  private static Picture disc(int side, Color colour, Color ground, int x, int y, int diameter) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(ground);
    graphics.fillRect(0, 0, side, side);
    graphics.setColor(colour);
    graphics.fillOval(x, y, diameter, diameter);
    byte[] rgb = new byte[3 * side * side];
    for (int i = 0; i < side * side; i++) {
      int pixel = image.getRGB(i % side, i / side);
      rgb[3 * i] = (byte) (pixel >> 16);
      rgb[3 * i + 1] = (byte) (pixel >> 8);
      rgb[3 * i + 2] = (byte) pixel;
    }
    return new Picture(side, side, rgb);
  }

  private static byte[] jpeg(Picture picture, float quality) throws IOException {
    BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < picture.width() * picture.height(); i++) {
      byte[] rgb = picture.rgb();
      image.setRGB(i % picture.width(), i / picture.width(),
          (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | rgb[3 * i + 2] & 0xFF);
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality(quality);
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } finally {
      writer.dispose();
    }
    return file.toByteArray();
  }
}
