package org.zimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.zimage.picture.Picture;
import org.zimage.picture.credentials.Credentials;
import org.zimage.picture.credentials.TrialAuthority;
import org.zimage.picture.decoding.PictureReader;
import org.zimage.picture.encoding.PngWriter;

/** {@code zimage draw} with z-image-nano, from pictures. */
class DrawFromPictureTest {
  private static final int MOST_BYTES = 1 << 20;
  private static final int WIDTH = 96;
  private static final int HEIGHT = 80;

  @TempDir
  private static Path folder;

  private static Path model;
  private static Path circle;
  private static Picture original;

  private final Path output = folder.resolve(UUID.randomUUID() + ".png");
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void export() throws IOException {
    model = folder.resolve("nano");
    assertThat(ZImageCommand.commandLine().execute("export", "../models/z-image-nano", model.toString())).isZero();
    circle = folder.resolve("circle.png");
    assertThat(ZImageCommand.commandLine().execute("draw", "--model", model.toString(), "--prompt", "a red circle", "--seed", "3",
        "--steps", "2", "--width", "" + WIDTH, "--height", "" + HEIGHT, "-o", circle.toString())).isZero();
    original = PictureReader.read(circle, MOST_BYTES);
  }

  @Test
  void aPictureIsChangedInItsOwnSizeByTheStepsThatItsStrengthLeaves() throws Exception {
    assertThat(draw("--image", circle, "--strength", "0.5", "--steps", "4")).as(err.toString()).isZero();

    Picture changed = PictureReader.read(output, MOST_BYTES);
    assertThat(changed.size()).isEqualTo(original.size());
    assertThat(changed.rgb()).isNotEqualTo(original.rgb());
    assertThat(err.toString()).contains("step 2 of 2").doesNotContain("step 3");
    assertThat(texts(output)).containsEntry("strength", "0.5").containsKey("image").doesNotContainKey("mask_image");
    assertThat(texts(output).get("image")).matches("sha256:[0-9a-f]{64}");
  }

  @Test
  void aPictureIsSignedAndNamesTheSignedOneThatItIsMadeFrom() throws Exception {
    TrialAuthority authority = TrialAuthority.make(Clock.systemUTC());
    Path keyStore = Files.write(folder.resolve("pictures.p12"), authority.keyStore("secret"));
    Path password = Files.writeString(folder.resolve("password"), "secret\n");
    Object[] signing = {"--credentials", keyStore, "--credentials-password-file", password, "--steps", "1", "--width", 64, "--height", 64};

    assertThat(draw(signing)).as(err.toString()).isZero();
    Path drawn = Files.copy(output, folder.resolve("signed.png"));
    assertThat(draw(Stream.concat(Stream.of(signing), Stream.of("--image", drawn)).toArray())).as(err.toString()).isZero();

    assertThat(actions(drawn, authority)).containsExactly("c2pa.created");
    assertThat(actions(output, authority)).containsExactly("c2pa.opened", "c2pa.edited");
    assertThat(new String(Files.readAllBytes(output), StandardCharsets.ISO_8859_1)).as("the manifest of the picture it is made from")
        .contains(((Credentials.Valid) Credentials.read(Files.readAllBytes(drawn), authority.key().anchors())).statement().manifest());
  }

  private static List<String> actions(Path file, TrialAuthority authority) throws IOException {
    Credentials credentials = Credentials.read(Files.readAllBytes(file), authority.key().anchors());
    assertThat(credentials).isInstanceOf(Credentials.Valid.class);
    return ((Credentials.Valid) credentials).statement().actions().stream().map(Credentials.Action::name).toList();
  }

  @Test
  void aKeyStoreThatCannotBeUsedIsNamedBeforeAnythingIsDrawn() throws IOException {
    Path keyStore = Files.write(folder.resolve("other.p12"), TrialAuthority.make(Clock.systemUTC()).keyStore("secret"));
    Path wrong = Files.writeString(folder.resolve("wrong"), "another");

    assertThat(draw("--credentials", keyStore, "--credentials-password-file", wrong)).isEqualTo(2);
    assertThat(err.toString()).isEqualTo(
        "zimage: --credentials must be a key store whose password is the one that is given (got " + keyStore + ")\n");
  }

  @Test
  void oneSideFollowsFromTheOther() throws IOException {
    assertThat(draw("--image", circle, "--width", "192", "--steps", "1")).as(err.toString()).isZero();

    Picture changed = PictureReader.read(output, MOST_BYTES);
    assertThat(List.of(changed.width(), changed.height())).containsExactly(192, 160);
  }

  @Test
  void whatTheMaskKeepsIsThePicturesOwn() throws Exception {
    assertThat(draw("--image", circle, "--mask", lowerHalf(), "--steps", "2")).as(err.toString()).isZero();

    byte[] changed = PictureReader.read(output, MOST_BYTES).rgb();
    int half = changed.length / 2;
    assertThat(Arrays.copyOf(changed, half)).isEqualTo(Arrays.copyOf(original.rgb(), half));
    assertThat(Arrays.copyOfRange(changed, half, changed.length))
        .isNotEqualTo(Arrays.copyOfRange(original.rgb(), half, changed.length));
    assertThat(texts(output)).containsEntry("strength", "1.0").containsEntry("preserve_unmasked", "true").containsKey("mask_image");
  }

  @Test
  void withoutPreservingTheAutoencoderIsSeen() throws Exception {
    assertThat(draw("--image", circle, "--mask", lowerHalf(), "--steps", "2", "--no-preserve-unmasked")).as(err.toString()).isZero();

    byte[] changed = PictureReader.read(output, MOST_BYTES).rgb();
    assertThat(Arrays.copyOf(changed, changed.length / 2)).isNotEqualTo(Arrays.copyOf(original.rgb(), changed.length / 2));
    assertThat(texts(output)).containsEntry("preserve_unmasked", "false");
  }

  @Test
  void theSmallestStrengthRunsOneStep() {
    assertThat(draw("--image", circle, "--strength", "1e-20", "--steps", "2")).as(err.toString()).isZero();

    assertThat(err.toString()).contains("step 1 of 1");
  }

  @Test
  void anOlderExportSaysThatItIsToBeMadeAgain() throws IOException {
    assertThat(run("--model", withoutEncoder(), "--image", circle)).isEqualTo(1);

    assertThat(err.toString()).startsWith("zimage: model z-image-nano has no vae_encoder").contains("export the checkpoint again");
    assertThat(output).doesNotExist();
  }

  /** As it was exported before there was one. */
  private static Path withoutEncoder() throws IOException {
    Path older = Files.createDirectory(folder.resolve("older"));
    try (Stream<Path> parts = Files.list(model)) {
      for (Path part : parts.filter(part -> !part.endsWith("vae_encoder")).toList()) {
        Files.createSymbolicLink(older.resolve(part.getFileName()), part);
      }
    }
    return older;
  }

  private int draw(Object... options) {
    return run(Stream.concat(Stream.of("--model", model), Stream.of(options)).toArray());
  }

  private int run(Object... options) {
    String[] arguments = Stream.concat(Stream.of("draw", "--prompt", "a blue circle", "--seed", "4", "-o", output), Stream.of(options))
        .map(Object::toString).toArray(String[]::new);
    return ZImageCommand.commandLine().setErr(new PrintWriter(err, true)).execute(arguments);
  }

  private static Path lowerHalf() throws IOException {
    byte[] rgb = new byte[WIDTH * HEIGHT * 3];
    Arrays.fill(rgb, rgb.length / 2, rgb.length, (byte) 255);
    return Files.write(folder.resolve("mask.png"), PngWriter.write(WIDTH, HEIGHT, rgb));
  }

  private static Map<String, String> texts(Path png) throws IOException {
    Map<String, String> texts = new HashMap<>();
    ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(png.toFile())) {
      reader.setInput(in);
      NodeList entries = ((Element) reader.getImageMetadata(0).getAsTree("javax_imageio_png_1.0"))
          .getElementsByTagName("tEXtEntry");
      for (int i = 0; i < entries.getLength(); i++) {
        texts.put(entries.item(i).getAttributes().getNamedItem("keyword").getNodeValue(),
            entries.item(i).getAttributes().getNamedItem("value").getNodeValue());
      }
      return texts;
    } finally {
      reader.dispose();
    }
  }
}
