package org.zimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.checkpoint.SafeTensors;
import org.zimage.picture.decoding.PictureReader;
import org.zimage.pipeline.PictureDifference;

/** Adapters on the command line, with z-image-nano and files of the model's tests. */
class LoraTest {
  private static final int MOST_BYTES = 1 << 20;
  private static final Path GOLDENS = Path.of("../inference/src/test/resources/fixtures/adapter-goldens");
  private static final Path ADAPTER = GOLDENS.resolve("z-image-nano/peft.safetensors");

  @TempDir
  private static Path folder;

  private static Path model;

  private final Path output = folder.resolve("out.png");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void nothingIsDrawnYet() throws IOException {
    Files.deleteIfExists(output);
  }

  @BeforeAll
  static void export() {
    model = folder.resolve("nano");
    assertThat(ZImageCommand.commandLine().execute("export", "../models/z-image-nano", model.toString())).isZero();
  }

  /** 99.9 % of the values within 1 of 255, because roundings fall to either side. */
  @Test
  void drawUsesThem() throws IOException {
    assertThat(draw("--lora", ADAPTER + ":0.4")).as(err.toString()).isZero();

    ByteBuffer golden = SafeTensors.open(GOLDENS.resolve("z-image-nano.safetensors")).tensor("0.image").map();
    byte[] expected = new byte[golden.remaining()];
    golden.get(expected);
    PictureDifference difference = PictureDifference.between(PictureReader.read(output, MOST_BYTES).rgb(), expected);
    assertThat(difference.shareWithinOne()).isGreaterThanOrEqualTo(0.999);
    assertThat(Files.readString(output, StandardCharsets.ISO_8859_1))
        .contains("[{\"name\":\"peft\",\"strength\":0.4,\"sha256\":\"");
  }

  @Test
  void checkSaysWhatAFileAddsToAModel() {
    assertThat(run("lora", "check", ADAPTER, "--model", model)).as(err.toString()).isZero();

    assertThat(out.toString().lines()).contains("peft.safetensors is a LoRA for z-image-nano", "  rank      4", "  scale     2.000");
  }

  @Test
  void aFileForAnotherModelIsRefusedWithItsFirstTensors() {
    assertThat(run("lora", "check", GOLDENS.resolve("tiny/peft.safetensors"), "--model", model)).isEqualTo(1);

    assertThat(err.toString()).startsWith("zimage: ").contains("has shape").hasLineCount(1);
    assertThat(draw("--lora", GOLDENS.resolve("tiny/peft.safetensors"))).isEqualTo(1);
    assertThat(output).doesNotExist();
  }

  @Test
  void aStrengthThatIsNoneIsRefused() {
    assertThat(draw("--lora", ADAPTER + ":strong")).isEqualTo(2);
    assertThat(err.toString()).contains("'" + ADAPTER + ":strong' has no strength from -4 to 4");
    assertThat(draw("--lora", ADAPTER + ":5")).isEqualTo(2);
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThat(draw("--lora", folder.resolve("none.safetensors"))).isEqualTo(1);

    assertThat(err.toString()).contains("none.safetensors is no file: name the safetensors file of an adapter");
  }

  private int draw(Object... options) {
    Object[] picture = {"draw", "--model", model, "--prompt", "a red circle on a white background", "--seed", "0", "--steps", "4",
        "--width", "192", "--height", "128", "-o", output};
    Object[] all = Arrays.copyOf(picture, picture.length + options.length);
    System.arraycopy(options, 0, all, picture.length, options.length);
    return run(all);
  }

  private int run(Object... arguments) {
    return ZImageCommand.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
        .execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }
}
