package org.zimage.picture.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.zimage.picture.marking.AigcLabel;
import org.zimage.picture.marking.DigitalSourceType;
import org.zimage.picture.marking.Marks;

class EncodedPictureTest {
  private static final Marks MARKS = new Marks(DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA, new AigcLabel("Example", "0a1b"));
  private static final String XMP = "XML:com.adobe.xmp";

  @Test
  void thePngHasEveryPixelAsItWas() throws IOException {
    int width = 97;
    int height = 64;
    byte[] rgb = gradient(width, height);

    BufferedImage image = ImageIO.read(new ByteArrayInputStream(EncodedPicture.of(width, height, rgb, Map.of(), MARKS).png()));

    assertThat(image.getWidth()).isEqualTo(width);
    assertThat(image.getHeight()).isEqualTo(height);
    assertThat(pixels(image)).isEqualTo(rgb);
  }

  @Test
  void thePngCarriesItsTexts() throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("prompt", "猫 on a chair, café");
    texts.put("seed", "42");

    Map<String, String> read = texts(EncodedPicture.of(64, 64, gradient(64, 64), texts, MARKS).png());

    assertThat(read).containsAllEntriesOf(texts).containsOnlyKeys("prompt", "seed", XMP, AigcLabel.KEYWORD);
  }

  @Test
  void thePngCarriesItsMarks() throws IOException {
    Map<String, String> read = texts(EncodedPicture.of(64, 64, gradient(64, 64), Map.of(), MARKS).png());

    assertThat(read).containsEntry(XMP, new String(MARKS.xmp(), StandardCharsets.UTF_8))
        .containsEntry(AigcLabel.KEYWORD, MARKS.label().json());
  }

  @ParameterizedTest
  @CsvSource({"64, 64", "65, 127", "2048, 64"})
  void theWebpCarriesItsMarksInChunksThatFillTheFile(int width, int height) {
    byte[] webp = EncodedPicture.of(width, height, gradient(width, height), Map.of(), MARKS).webp();

    ByteBuffer file = ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(file.getInt(4)).isEqualTo(webp.length - 8);
    Map<String, byte[]> chunks = new LinkedHashMap<>();
    file.position(12);
    while (file.hasRemaining()) {
      byte[] name = new byte[4];
      file.get(name);
      byte[] content = new byte[file.getInt()];
      file.get(content).position(file.position() + content.length % 2);
      chunks.put(new String(name, StandardCharsets.US_ASCII), content);
    }
    assertThat(chunks).containsOnlyKeys("VP8X", "VP8 ", "XMP ").containsEntry("XMP ", MARKS.xmp());
    ByteBuffer header = ByteBuffer.wrap(chunks.get("VP8X")).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(header.getInt(0)).isEqualTo(4);
    assertThat(header.getInt(4) & 0xFFFFFF).isEqualTo(width - 1);
    assertThat(header.getInt(6) >>> 8).isEqualTo(height - 1);
  }

  @Test
  void theWebpLooksLikeThePicture() throws IOException {
    int width = 160;
    int height = 120;
    byte[] rgb = gradient(width, height);

    byte[] webp = EncodedPicture.of(width, height, rgb, Map.of(), MARKS).webp();

    ImageReader reader = new WebPImageReaderSpi().createReaderInstance(null);
    reader.setInput(new MemoryCacheImageInputStream(new ByteArrayInputStream(webp)));
    BufferedImage image = reader.read(0);
    assertThat(image.getWidth()).isEqualTo(width);
    assertThat(image.getHeight()).isEqualTo(height);
    assertThat(meanDifference(pixels(image), rgb)).isLessThan(4);
  }

  @Test
  void aNumberOfBytesThatDoesNotFitTheSizeIsRefused() {
    assertThatThrownBy(() -> EncodedPicture.of(64, 64, new byte[64 * 64], Map.of(), MARKS))
        .isInstanceOf(IllegalArgumentException.class).hasMessage("A picture of 64x64 has 12288 bytes (got 4096)");
  }

  private static byte[] gradient(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int i = (y * width + x) * 3;
        rgb[i] = (byte) (255 * x / width);
        rgb[i + 1] = (byte) (255 * y / height);
        rgb[i + 2] = (byte) 128;
      }
    }
    return rgb;
  }

  private static byte[] pixels(BufferedImage image) {
    byte[] rgb = new byte[image.getWidth() * image.getHeight() * 3];
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int pixel = image.getRGB(x, y);
        int i = (y * image.getWidth() + x) * 3;
        rgb[i] = (byte) (pixel >> 16);
        rgb[i + 1] = (byte) (pixel >> 8);
        rgb[i + 2] = (byte) pixel;
      }
    }
    return rgb;
  }

  private static double meanDifference(byte[] one, byte[] other) {
    long sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += Math.abs((one[i] & 0xFF) - (other[i] & 0xFF));
    }
    return (double) sum / one.length;
  }

  /** The texts as the platform's own reader sees them. */
  private static Map<String, String> texts(byte[] png) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
    reader.setInput(new MemoryCacheImageInputStream(new ByteArrayInputStream(png)));
    IIOImage image = reader.readAll(0, null);
    Element root = (Element) image.getMetadata().getAsTree("javax_imageio_png_1.0");
    Map<String, String> texts = new LinkedHashMap<>();
    collect(root.getElementsByTagName("iTXtEntry"), "text", texts);
    collect(root.getElementsByTagName("tEXtEntry"), "value", texts);
    return texts;
  }

  private static void collect(NodeList entries, String attribute, Map<String, String> texts) {
    for (int i = 0; i < entries.getLength(); i++) {
      Element entry = (Element) entries.item(i);
      texts.put(entry.getAttribute("keyword"), entry.getAttribute(attribute));
    }
  }
}
