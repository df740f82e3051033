package org.zimage.picture.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.picture.Mask;
import org.zimage.picture.Picture;

/** Files that Pillow and make_goldens.py wrote, against what Pillow reads in them. */
class PictureReaderTest {

  @ParameterizedTest
  @ValueSource(strings = {"rgb.png", "rgba.png", "grey.png", "grey-alpha.png", "palette.png", "palette-alpha.png", "one-bit.png",
      "grey-2-bit.png", "grey-16-bit.png", "rgb-16-bit.png", "rgba-16-bit.png", "rgb-transparent-colour.png",
      "grey-transparent-colour.png", "srgb-profile.png", "broken-profile.png", "profile-of-grey.png", "turned.png", "animated.png",
      "lossless.webp", "lossless-alpha.webp", "lossy.webp", "turned.webp"})
  void losslessPixelsAreExactlyThose(String name) throws IOException {
    assertWithin(0, name);
  }

  /** Decoders of JPEG may round a cosine differently, and colours then differ by a little; that of alpha is rounded twice by Pillow. */
  @ParameterizedTest
  @ValueSource(strings = {"rgb.jpg", "progressive.jpg", "grey.jpg", "broken-profile.jpg", "turned-1.jpg", "turned-2.jpg",
      "turned-3.jpg", "turned-4.jpg", "turned-5.jpg", "turned-6.jpg", "turned-7.jpg", "turned-8.jpg", "lossy-alpha.webp"})
  void lossyPixelsAreThoseButForRoundings(String name) throws IOException {
    assertWithin(4, name);
  }

  /** Two colour engines, each with tables of its own; without the profile the difference is more than 50. */
  @ParameterizedTest
  @ValueSource(strings = {"wide-colours.png", "wide-colours-alpha.png", "wide-colours.jpg", "wide-colours.webp"})
  void coloursOfAnotherProfileBecomeSrgb(String name) throws IOException {
    assertWithin(4, name);
  }

  /** Without a profile nobody knows what the inks look like: Pillow subtracts them, the library assumes a press. */
  @ParameterizedTest
  @CsvSource({"cmyk.jpg, 60"})
  void inksBecomeColours(String name, int tolerance) throws IOException {
    assertWithin(tolerance, name);
  }

  @Test
  void interlacedPngIsRead() throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ImageWriteParam interlaced = writer.getDefaultWriteParam();
    interlaced.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    writer.setOutput(new MemoryCacheImageOutputStream(png) {
      @Override
      public void close() { }
    });
    writer.write(null, new IIOImage(ImageIO.read(new ByteArrayInputStream(file("rgb.png"))), null, null), interlaced);
    ((MemoryCacheImageOutputStream) writer.getOutput()).flush();

    assertThat(PictureReader.read(png.toByteArray()).rgb()).isEqualTo(PictureReader.read(file("rgb.png")).rgb());
  }

  @Test
  void filesAndStreamsAreReadLikeBytes(@TempDir Path folder) throws IOException {
    byte[] png = file("rgb.png");
    Path file = Files.write(folder.resolve("named.gif"), png);
    byte[] pixels = PictureReader.read(png).rgb();

    assertThat(PictureReader.read(file, png.length).rgb()).isEqualTo(pixels);
    assertThat(PictureReader.read(new ByteArrayInputStream(png), png.length).rgb()).isEqualTo(pixels);
    assertThat(PictureReader.readMask(file, png.length).grey()).isEqualTo(PictureReader.readMask(png).grey());
  }

  @Test
  void aMaskIsReadByItsBrightness() throws IOException {
    Mask mask = PictureReader.readMask(file("rgb.png"));

    byte[] rgb = PictureReader.read(file("rgb.png")).rgb();
    for (int i = 0; i < mask.grey().length; i++) {
      double luma = 0.299 * (rgb[3 * i] & 0xFF) + 0.587 * (rgb[3 * i + 1] & 0xFF) + 0.114 * (rgb[3 * i + 2] & 0xFF);
      assertThat((double) (mask.grey()[i] & 0xFF)).isCloseTo(luma, org.assertj.core.data.Offset.offset(0.51));
    }
  }

  @Test
  void greyValuesOfAMaskStayAsTheyAre() throws IOException {
    Mask mask = PictureReader.readMask(file("grey.png"));

    assertThat(mask.grey()[0]).isZero();
    assertThat(mask.grey()[23]).isEqualTo((byte) 255);
    assertThat(mask.grey()[12]).isEqualTo((byte) (255 * 12 / 23));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rgba.png", "grey-alpha.png", "rgba-16-bit.png", "lossless-alpha.webp"})
  void aTransparentMaskIsRepaintedWhereItIsTransparent(String name) throws IOException {
    Mask mask = PictureReader.readMask(file(name));

    for (int y = 0; y < mask.height(); y++) {
      int row = y * mask.width();
      assertThat(Arrays.copyOfRange(mask.grey(), row, row + 8)).containsOnly((byte) 255);
      assertThat(mask.grey()[row + 10] & 0xFF).isEqualTo(255 - (60 + y / 4));
      assertThat(Arrays.copyOfRange(mask.grey(), row + 16, row + 24)).containsOnly((byte) 0);
    }
  }

  private static void assertWithin(int tolerance, String name) throws IOException {
    Picture picture = PictureReader.read(file(name));
    ByteBuffer expected = ByteBuffer.wrap(file(name + ".rgb"));

    assertThat(picture.width()).isEqualTo(expected.getShort());
    assertThat(picture.height()).isEqualTo(expected.getShort());
    int furthest = 0;
    for (byte value : picture.rgb()) {
      furthest = Math.max(furthest, Math.abs((value & 0xFF) - (expected.get() & 0xFF)));
    }
    assertThat(furthest).as("furthest of %s", name).isLessThanOrEqualTo(tolerance);
  }

  static byte[] file(String name) throws IOException {
    try (InputStream in = PictureReaderTest.class.getResourceAsStream("/org/zimage/picture/files/" + name)) {
      return in.readAllBytes();
    }
  }
}
