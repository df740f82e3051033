package org.zimage.lora;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.api.lora.Loras.Available;
import org.zimage.request.Sha256;
import org.zimage.settings.Settings;

class LoraFolderTest {
  @TempDir Path files;

  private LoraFolder folder;

  @BeforeEach
  void open() {
    folder = new LoraFolder(Settings.read(Map.of("ZIMAGE_LORA_DIR", files.toString())));
  }

  @Test
  void filesWithNamesAreAdapters() throws IOException {
    Files.writeString(files.resolve("chalk-2.1.safetensors"), "chalk");
    Files.writeString(files.resolve("blueprint.safetensors"), "blueprint");
    Files.writeString(files.resolve("notes.txt"), "none");
    Files.writeString(files.resolve("not a name.safetensors"), "none");
    Files.createDirectory(files.resolve("folder.safetensors"));

    assertThat(folder.list()).containsExactly(new Available("blueprint", Sha256.hex("blueprint"), 9),
        new Available("chalk-2.1", Sha256.hex("chalk"), 5));
  }

  @Test
  void filesComeGoAndChange() throws IOException {
    Path file = files.resolve("chalk.safetensors");
    assertThat(folder.find("chalk")).isEmpty();

    Files.writeString(file, "old");
    assertThat(folder.find("chalk")).map(Available::sha256).contains(Sha256.hex("old"));
    Files.writeString(file, "another");
    assertThat(folder.find("chalk")).map(Available::sha256).contains(Sha256.hex("another"));

    Files.delete(file);
    assertThat(folder.find("chalk")).isEmpty();
  }

  @Test
  void nothingOutsideOfTheFolderHasAName() throws IOException {
    Files.writeString(files.resolve("..safetensors"), "hidden");

    assertThat(folder.find("../" + files.getFileName() + "/.")).isEmpty();
    assertThat(folder.find(".")).isEmpty();
    assertThat(folder.list()).isEmpty();
  }

  @Test
  void aFolderThatIsNotThereIsEmpty() {
    assertThat(new LoraFolder(Settings.read(Map.of("ZIMAGE_LORA_DIR", files.resolve("none").toString()))).list()).isEmpty();
  }
}
