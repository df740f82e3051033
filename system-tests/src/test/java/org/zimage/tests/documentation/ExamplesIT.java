package org.zimage.tests.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Colours;
import org.zimage.tests.caller.PythonScript;
import org.zimage.tests.system.SharedSystem;

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

    assertThat(printed).contains("PROGRESS ").endsWith("SUCCESS 100 %\n" + picture + ", seed 3\n");
    Colours colours = new Colours(ImageIO.read(picture.toFile()));
    assertThat(Colours.isRed(colours.centre())).as("the circle %s", colours.centre()).isTrue();
  }

  @Test
  void aJavaProgramWithoutLibrariesDrawsAPicture() throws Exception {
    Path picture = folder.resolve("plain.png");

    String printed = java("HttpPicture.java", api.url(), "a \"red\" circle", picture.toString());

    assertThat(printed).contains("progress PROGRESS\n").endsWith("done SUCCESS\n" + picture + "\n");
    assertThat(ImageIO.read(picture.toFile()).getWidth()).isEqualTo(512);
  }

  @Test
  void aPythonProgramWithoutLibrariesDrawsAPicture() throws Exception {
    PythonScript.checkIsThere();
    Path picture = folder.resolve("python.png");

    String printed = run("python3", "docs/examples/draw_picture.py", api.url(), "a \"red\" circle", picture.toString());

    assertThat(printed).contains("PROGRESS ").endsWith("SUCCESS 100\n" + picture + " seed 3\n");
    assertThat(ImageIO.read(picture.toFile()).getWidth()).isEqualTo(512);
  }

  @Test
  void aRefusalIsPrinted() throws Exception {
    assertThat(java("DrawPicture.java", api.url(), "", "unused.png"))
        .isEqualTo("The server refuses: prompt: String should have at least 1 character\n");
  }

  private String java(String example, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp", "cli/target/zimage-cli.jar", "docs/examples/" + example));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  private String run(String... command) throws Exception {
    ProcessBuilder program = new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true)
        .redirectOutput(folder.resolve("printed").toFile());
    program.environment().put("ZIMAGE_KEY", api.key());
    Process process = program.start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("has ended").isTrue();
    return Files.readString(folder.resolve("printed"));
  }
}
