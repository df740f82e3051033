package org.zimage.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The programs in the documentation, run as the documentation says. */
@ExtendWith(SharedSystem.class)
class ExamplesIT {
  private static final Path ROOT = Path.of(System.getProperty("zimage.root")).toAbsolutePath().normalize();

  private final Api api;

  @TempDir
  private Path folder;

  ExamplesIT(Api api) {
    this.api = api;
  }

  @Test
  void aJavaProgramDrawsAPicture() throws Exception {
    Path picture = folder.resolve("circle.png");

    String printed = java("DrawPicture.java", api.url(), "a red circle on a white background", picture.toString());

    assertThat(printed).contains("PROGRESS ").endsWith("SUCCESS 100 %\n" + picture + ", seed 1\n");
    Colours colours = new Colours(ImageIO.read(picture.toFile()));
    assertThat(Colours.isRed(colours.centre())).as("the circle %s", colours.centre()).isTrue();
  }

  @Test
  void aRefusalIsPrinted() throws Exception {
    assertThat(java("DrawPicture.java", api.url(), "", "unused.png"))
        .isEqualTo("The server refuses: prompt: String should have at least 1 character\n");
  }

  private String java(String example, String... arguments) throws Exception {
    ProcessBuilder java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp", "cli/target/zimage-cli.jar", "docs/examples/" + example).directory(ROOT.toFile()).redirectErrorStream(true)
        .redirectOutput(folder.resolve("printed").toFile());
    java.command().addAll(List.of(arguments));
    java.environment().put("ZIMAGE_KEY", api.key());
    Process process = java.start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("has ended").isTrue();
    return Files.readString(folder.resolve("printed"));
  }
}
