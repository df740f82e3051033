package org.zimage.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.picture.Picture;

class PngFileTest {
  @TempDir
  private Path folder;

  @Test
  void aLinkThatSomebodyLaidBesideTheFileIsNotFollowed() throws Exception {
    Path mine = Files.writeString(folder.resolve("mine"), "mine");
    Path file = folder.resolve("circle.png");
    Path link = Files.createSymbolicLink(folder.resolve("circle.png.unfinished"), mine);

    PngFile.write(file, new Picture(1, 1, new byte[3]), Map.of("prompt", "a circle"), null, UnaryOperator.identity());

    assertThat(mine).hasContent("mine");
    assertThat(file).isRegularFile();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrderElementsOf(List.of(mine, file, link));
    }
  }
}
