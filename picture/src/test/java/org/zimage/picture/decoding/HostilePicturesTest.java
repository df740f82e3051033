package org.zimage.picture.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.zimage.picture.decoding.Crafted.GREY;
import static org.zimage.picture.decoding.Crafted.PALETTE;
import static org.zimage.picture.decoding.Crafted.RGB;
import static org.zimage.picture.decoding.Crafted.RGBA;
import static org.zimage.picture.decoding.Crafted.blackPng;
import static org.zimage.picture.decoding.Crafted.bytes;
import static org.zimage.picture.decoding.Crafted.chunk;
import static org.zimage.picture.decoding.Crafted.end;
import static org.zimage.picture.decoding.Crafted.extended;
import static org.zimage.picture.decoding.Crafted.frame;
import static org.zimage.picture.decoding.Crafted.header;
import static org.zimage.picture.decoding.Crafted.join;
import static org.zimage.picture.decoding.Crafted.jpeg;
import static org.zimage.picture.decoding.Crafted.latin1;
import static org.zimage.picture.decoding.Crafted.lossless;
import static org.zimage.picture.decoding.Crafted.png;
import static org.zimage.picture.decoding.Crafted.riff;
import static org.zimage.picture.decoding.Crafted.scan;
import static org.zimage.picture.decoding.Crafted.segment;
import static org.zimage.picture.decoding.Crafted.webp;
import static org.zimage.picture.decoding.Crafted.zeros;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.picture.Picture;
import org.zimage.picture.PictureRefused;
import org.zimage.picture.PictureRefused.Reason;

/** What is answered to files that are no pictures, or lie, or are made to do harm. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD) // What hangs here hears no interruption
class HostilePicturesTest {
  private static final long MEGABYTE = 1 << 20;
  private static final byte[] BLACK_BYTE = zeros(2);
  /** A quarter of a megabyte that unpacks to a thousand times as much. */
  private static final byte[] BOMB = zeros(256 * MEGABYTE);

  static Stream<Arguments> refused() throws IOException {
    byte[] gif = PictureReaderTest.file("animated.gif");
    return Stream.of(
        arguments("nothing", new byte[0], Reason.EMPTY, "The picture has no bytes. Send it as PNG, JPEG or WebP."),
        arguments("a text", latin1("hello"), Reason.UNSUPPORTED_TYPE,
            "The file is no picture of a type that is read. Send it as PNG, JPEG or WebP."),
        arguments("SVG", latin1("<svg xmlns='http://www.w3.org/2000/svg'/>"), Reason.UNSUPPORTED_TYPE,
            "The file is no picture of a type that is read. Send it as PNG, JPEG or WebP."),
        arguments("an animated GIF", gif, Reason.UNSUPPORTED_TYPE, "GIF is not read. Send it as PNG, JPEG or WebP."),
        arguments("TIFF", PictureReaderTest.file("picture.tif"), Reason.UNSUPPORTED_TYPE,
            "TIFF is not read. Send it as PNG, JPEG or WebP."),
        arguments("HEIC", join(bytes(0, 0, 0, 24), latin1("ftypheic")), Reason.UNSUPPORTED_TYPE,
            "HEIC, AVIF and videos are not read. Send it as PNG, JPEG or WebP."),
        arguments("an animated WebP", PictureReaderTest.file("animated.webp"), Reason.ANIMATED,
            "Animated WebP is not read. Send one picture of it."),
        arguments("a WebP with a frame but no flag", webp(extended(0, 1, 1), riff("ANMF", new byte[16])), Reason.ANIMATED,
            "Animated WebP is not read. Send one picture of it."),

        tooLarge("a PNG of 30,000 x 30,000", png(header(30_000, 30_000, 8, RGB), chunk("IDAT", BLACK_BYTE), end()), "30000x30000"),
        tooLarge("a PNG of the longest sides", png(header(-1 >>> 1, -1 >>> 1, 16, RGBA), chunk("IDAT", BLACK_BYTE), end()),
            "2147483647x2147483647"),
        tooLarge("a PNG one pixel too wide", blackPng(8193, 1, 8, GREY), "8193x1"),
        tooLarge("a PNG one row too large", png(header(4096, 4097, 8, GREY), chunk("IDAT", BLACK_BYTE), end()), "4096x4097"),
        tooLarge("a JPEG of the longest sides", jpeg(frame(0xC0, 8, 65_535, 65_535, 3), scan()), "65535x65535"),
        tooLarge("a WebP of the longest sides", webp(lossless(16_384, 16_384)), "16384x16384"),

        damaged("PNG", "a PNG of 0 x 0", png(header(0, 0, 8, RGB), chunk("IDAT", BLACK_BYTE), end())),
        damaged("PNG", "a PNG of negative width", png(header(-5, 5, 8, RGB), chunk("IDAT", BLACK_BYTE), end())),
        damaged("PNG", "a PNG without a header", png(chunk("IDAT", BLACK_BYTE), end())),
        damaged("PNG", "a PNG without pixels", png(header(1, 1, 8, RGB), end())),
        damaged("PNG", "a PNG with two sizes", png(header(1, 1, 8, GREY), header(4096, 4096, 8, GREY), chunk("IDAT", BLACK_BYTE), end())),
        damaged("PNG", "a PNG with a short header", png(chunk("IHDR", new byte[4]), chunk("IDAT", BLACK_BYTE), end())),
        damaged("PNG", "a PNG with fewer pixels than it says", png(header(64, 64, 8, GREY), chunk("IDAT", zeros(65)), end())),
        damaged("PNG", "a PNG with pixels that do not unpack", png(header(1, 1, 8, GREY), chunk("IDAT", latin1("pixels")), end())),
        damaged("PNG", "a PNG without a palette", png(header(1, 1, 8, PALETTE), chunk("IDAT", BLACK_BYTE), end())),
        damaged("PNG", "a PNG with 7 bits", png(header(1, 1, 7, RGB), chunk("IDAT", BLACK_BYTE), end())),
        damaged("PNG", "a PNG whose palette was changed", changed(blackPng(1, 1, 8, PALETTE, chunk("PLTE", new byte[3])), 41)),
        damaged("PNG", "a PNG with a chunk of negative length",
            png(header(1, 1, 8, GREY), bytes(0xFF, 0xFF, 0xFF, 0xFF), latin1("tEXt"), end())),
        arguments("a PNG with a chunk that is longer than the file",
            png(header(1, 1, 8, GREY), bytes(0x7F, 0xFF, 0xFF, 0xFF), latin1("tEXt"), end()), Reason.CUT_OFF, cutOff("PNG")),
        damaged("JPEG", "a JPEG of nothing", jpeg()),
        damaged("JPEG", "a JPEG of a scan without a frame", jpeg(scan())),
        damaged("JPEG", "a JPEG of two frames", jpeg(frame(0xC0, 8, 1, 1, 1), frame(0xC0, 8, 4096, 4096, 1), scan())),
        damaged("JPEG", "a JPEG without tables", jpeg(frame(0xC0, 8, 4096, 4096, 3), scan())),
        damaged("JPEG", "a JPEG with a segment of no length", jpeg(bytes(0xFF, 0xE0, 0, 0), frame(0xC0, 8, 1, 1, 1), scan())),
        arguments("a JPEG of more scans than anybody writes",
            jpeg(frame(0xC2, 8, 4096, 4096, 1), join(Collections.nCopies(101, scan()).toArray(byte[][]::new))), Reason.UNSUPPORTED_TYPE,
            "A JPEG of more than 100 scans is not read. Save it again, or send it as PNG or WebP."),
        otherJpeg("a JPEG of 12 bits", frame(0xC1, 12, 8, 8, 1)),
        otherJpeg("a lossless JPEG", frame(0xC3, 8, 8, 8, 1)),
        otherJpeg("an arithmetic JPEG", frame(0xC9, 8, 8, 8, 1)),
        otherJpeg("a JPEG whose height comes later", frame(0xC0, 8, 8, 0, 1)),
        otherJpeg("a JPEG of 2 components", frame(0xC0, 8, 8, 8, 2)),
        otherJpeg("a JPEG of 200 components", frame(0xC0, 8, 8, 8, 200)),
        damaged("WEBP", "a WebP of nothing", webp()),
        damaged("WEBP", "a WebP of a canvas without a frame", webp(extended(0, 4096, 4096))),
        damaged("WEBP", "a WebP whose frame is larger than it says", webp(extended(0, 1, 1), lossless(4096, 4096))),
        damaged("WEBP", "a WebP of two frames", webp(lossless(1, 1), lossless(4096, 4096))),
        damaged("WEBP", "a lossless WebP that ends within its tables", webp(lossless(64, 64))),
        damaged("WEBP", "a lossy WebP that is none", webp(riff("VP8 ", new byte[30]))),
        arguments("a WebP with a chunk that is longer than the file", webp(latin1("ICCP"), bytes(0xFF, 0xFF, 0xFF, 0xFF)),
            Reason.CUT_OFF, cutOff("WEBP")));
  }

  private static Arguments tooLarge(String what, byte[] file, String size) {
    return arguments(what, file, Reason.TOO_LARGE,
        "The picture is " + size + ", and at most 16777216 pixels are read, 8192 on each side. Make it smaller.");
  }

  private static Arguments damaged(String type, String what, byte[] file) {
    return arguments(what, file, Reason.DAMAGED,
        "The " + type + " file is damaged. Open it in an image editor, and send what that saves.");
  }

  private static Arguments otherJpeg(String what, byte[] frame) {
    return arguments(what, jpeg(frame, scan()), Reason.UNSUPPORTED_TYPE,
        "This kind of JPEG is not read: only baseline and progressive ones with 8 bits. Send it as PNG or WebP.");
  }

  private static byte[] changed(byte[] file, int at) {
    file[at] ^= 1;
    return file;
  }

  private static String cutOff(String type) {
    return "The " + type + " file ends before the picture does. Send all of it.";
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void isRefusedWithWhatHelps(String what, byte[] file, Reason reason, String message) {
    PictureRefused refused = catchThrowableOfType(PictureRefused.class, () -> PictureReader.read(file));

    assertThat(refused).as(what).isNotNull().hasMessage(message);
    assertThat(refused.reason()).isEqualTo(reason);
    assertThatThrownBy(() -> PictureReader.readMask(file)).hasMessage(message);
  }

  /** Whatever a header promises, nothing is allocated for it before it is believed. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void whatIsTooLargeTakesNoMemory(String what, byte[] file, Reason reason, String message) {
    refuse(file); // classes are loaded
    long before = allocated();
    refuse(file);

    if (reason == Reason.TOO_LARGE) {
      assertThat(allocated() - before).as(what).isLessThan(MEGABYTE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rgb.png", "palette-alpha.png", "wide-colours.png", "rgb.jpg", "progressive.jpg", "turned-6.jpg",
      "lossy.webp", "lossless-alpha.webp", "wide-colours.webp"})
  void aFileThatIsCutOffIsRefusedWhereverItEnds(String name) throws IOException {
    byte[] file = PictureReaderTest.file(name);

    for (int length = 0; length < file.length; length++) {
      byte[] part = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> PictureReader.read(part)).as("%s, the first %d bytes", name, length)
          .isInstanceOfSatisfying(PictureRefused.class, refused -> assertThat(refused.reason())
              .isIn(Reason.CUT_OFF, Reason.EMPTY, Reason.UNSUPPORTED_TYPE));
    }
  }

  /** Of files with a profile only some bytes are tried: a profile takes milliseconds. */
  @ParameterizedTest
  @CsvSource({"rgb.png, 1", "palette-alpha.png, 1", "wide-colours.png, 1", "rgba-16-bit.png, 1", "progressive.jpg, 1", "cmyk.jpg, 1",
      "wide-colours.jpg, 13", "lossy-alpha.webp, 1", "lossless-alpha.webp, 1", "wide-colours.webp, 7"})
  void aFileWithOneWrongByteIsReadOrRefused(String name, int step) throws IOException {
    byte[] file = PictureReaderTest.file(name);

    for (int i = 0; i < file.length; i += step) {
      for (int wrong : new int[] {file[i] ^ 1, file[i] ^ 0x80, 0xFF}) {
        byte[] changed = file.clone();
        changed[i] = (byte) wrong;
        readOrRefuse(changed);
      }
    }
  }

  /** Where only a text or a profile is. */
  @ParameterizedTest
  @ValueSource(strings = {"zTXt", "iCCP", "iTXt", "eXIf", "tRNS", "hIST", "sPLT"})
  void aBombBesideThePixelsIsNotUnpacked(String type) {
    byte[] bomb = chunk(type, latin1(type.equals("iTXt") ? "a\0\1\0\0\0" : "a\0\0"), BOMB);
    byte[] file = blackPng(4, 4, 8, RGB, bomb);
    readOrRefuse(file);
    long before = allocated();
    readOrRefuse(file);

    assertThat(allocated() - before).isLessThan(20 * MEGABYTE);
  }

  @Test
  void pixelsBeyondThoseOfTheHeaderAreNotUnpacked() {
    byte[] file = png(header(4, 4, 8, GREY), chunk("IDAT", BOMB), end());
    readOrRefuse(file);
    long before = allocated();
    readOrRefuse(file);

    assertThat(allocated() - before).isLessThan(20 * MEGABYTE);
  }

  @Test
  void aHundredThousandEmptyChunksAreReadOneAfterTheOther() {
    byte[] empty = join(Collections.nCopies(100_000, chunk("IDAT")).toArray(byte[][]::new));

    readOrRefuse(png(header(1, 1, 8, GREY), empty, chunk("IDAT", BLACK_BYTE), end()));
  }

  @Test
  void aColourBeyondThePaletteIsReadOrRefused() {
    readOrRefuse(png(header(1, 1, 8, PALETTE), chunk("PLTE", new byte[3]), chunk("IDAT", bytes(0x78, 0x01, 0x01, 2, 0, 0xFD, 0xFF, 0, 200,
        0x01, 0x91, 0x00, 0xCA)), end()));
  }

  /** Directories that lie elsewhere, have more entries than bytes, or entries of another kind. */
  @ParameterizedTest
  @ValueSource(strings = {"", "E", "Exif\0\0", "II*\0", "MM\0*\177\377\377\377", "II*\0\377\377\377\377", "II*\0\b\0\0\0\377\377",
      "MM\0*\0\0\0\b\0\1\1\22\0\4\0\0\0\1\0\0\0\6", "MM\0*\0\0\0\b\0\1\1\22\0\3\0\0\0\1\377\377\0\0"})
  void anOrientationThatMakesNoSenseTurnsNothing(String exif) {
    Picture picture = PictureReader.read(blackPng(3, 2, 8, GREY, chunk("eXIf", latin1(exif))));

    assertThat(picture.width()).isEqualTo(3);
    assertThat(picture.height()).isEqualTo(2);
  }

  @Test
  void theSmallestAndTheMostExtremePicturesAreRead() {
    assertThat(PictureReader.read(blackPng(1, 1, 1, GREY)).rgb()).containsExactly(0, 0, 0);
    assertThat(PictureReader.read(blackPng(8192, 1, 16, RGBA)).rgb()).containsOnly((byte) 255);
    assertThat(PictureReader.read(blackPng(1, 8192, 8, RGB)).rgb()).hasSize(3 * 8192).containsOnly((byte) 0);
  }

  @Test
  void moreBytesThanAllowedAreNotRead() throws IOException {
    ByteArrayInputStream endless = new ByteArrayInputStream(new byte[1000]);

    assertThatThrownBy(() -> PictureReader.read(endless, 99))
        .isInstanceOfSatisfying(PictureRefused.class, refused -> assertThat(refused.reason()).isEqualTo(Reason.TOO_LARGE))
        .hasMessage("The picture has more than 99 bytes. Make it smaller, or save it as JPEG or WebP.");
    assertThat(endless.available()).isEqualTo(900);
  }

  /**
   * Two of the largest pictures at a time, each 134 MB while it is decoded and 50 MB afterwards, in a heap of 344 MB: room for both
   * results and for what the first leaves behind, not for the decoding of both.
   */
  @Test
  void twoLargePicturesAtATimeAreReadInAHeapForOne() throws Exception {
    Process reading = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-Xmx360m", "-Xmn16m",
        "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-cp", System.getProperty("java.class.path"), LargePictures.class.getName())
        .redirectErrorStream(true).start();

    String said = new String(reading.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(reading.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(reading.exitValue()).as(said).isZero();
  }

  /** Reads the largest picture that takes the most memory, in two threads. */
  static final class LargePictures {
    private LargePictures() { }

    public static void main(String[] none) throws InterruptedException {
      byte[] file = blackPng(4096, 4096, 16, RGBA);
      Thread[] threads = new Thread[2];
      for (int i = 0; i < threads.length; i++) {
        threads[i] = new Thread(() -> PictureReader.read(file));
        threads[i].setUncaughtExceptionHandler((thread, failure) -> {
          failure.printStackTrace();
          System.exit(1);
        });
        threads[i].start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  private static void refuse(byte[] file) {
    assertThatThrownBy(() -> PictureReader.read(file)).isInstanceOf(PictureRefused.class);
  }

  private static void readOrRefuse(byte[] file) {
    try {
      assertThat(PictureReader.read(file).width()).isPositive();
    } catch (PictureRefused refused) {
      assertThat(refused.getMessage()).endsWith(".").doesNotContain("Exception", "/");
    }
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}
