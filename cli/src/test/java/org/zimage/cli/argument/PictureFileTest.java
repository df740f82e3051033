package org.zimage.cli.argument;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureFileTest {
  @TempDir
  private Path folder;

  @ParameterizedTest
  @CsvSource({"a.png, 1, 1, a.png", "a.png, 1, 4, a-1.png", "out/a.b.webp, 3, 12, out/a.b-03.webp"})
  void thePicturesOfABatchAreNumbered(Path file, int number, int count, Path numbered) {
    assertThat(PictureFile.numbered(file, number, count)).isEqualTo(numbered);
  }

  @Test
  void theEndingMustBeThatOfAFormat() {
    assertThatCode(() -> PictureFile.check(folder.resolve("A.PNG"))).doesNotThrowAnyException();
    assertThatThrownBy(() -> PictureFile.check(folder.resolve("a.jpg"))).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--output must end in .png or .webp (got '" + folder.resolve("a.jpg") + "')");
  }

  @Test
  void onlyAnOrdinaryFileIsReplaced() {
    assertThatThrownBy(() -> PictureFile.checkPlace(Path.of("/dev/null"))).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--output: /dev/null is no ordinary file and is not replaced");
    assertThatThrownBy(() -> PictureFile.checkPlace(Path.of("/"))).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--output: / is a folder; name a file in it");
    assertThatThrownBy(() -> PictureFile.check(Path.of("/"))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theFolderMustBeThere() throws IOException {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> PictureFile.check(missing.resolve("a.png"))).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--output: " + missing + " is not a folder that can be written to");
    Files.createDirectories(folder.resolve("b.png"));
    assertThatThrownBy(() -> PictureFile.check(folder.resolve("b.png"))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("is a folder; name a file in it");
  }
}
