package org.zimage.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.api.lora.Lora;
import org.zimage.api.lora.Loras.Available;
import org.zimage.error.InvalidRequest;
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
    assertThat(folder.resolve(List.of(Lora.of("chalk", 0.5)))).containsExactly(new Lora("chalk", 0.5, Sha256.hex("old")));
    Files.writeString(file, "another");
    assertThat(folder.find("chalk")).map(Available::sha256).contains(Sha256.hex("another"));

    Files.delete(file);
    assertThat(folder.find("chalk")).isEmpty();
  }

  @Test
  void whatIsNotThereIsRefusedWithWhatIs() throws IOException {
    assertThatThrownBy(() -> folder.resolve(List.of(Lora.of("x", 1)))).isInstanceOf(InvalidRequest.class)
        .extracting(refused -> ((InvalidRequest) refused).problems().get(0).msg()).asString().contains("this server has none");
    Files.writeString(files.resolve("chalk.safetensors"), "chalk");

    assertThatThrownBy(() -> folder.resolve(List.of(Lora.of("x", 1))))
        .extracting(refused -> ((InvalidRequest) refused).problems().get(0).msg()).asString()
        .isEqualTo("Value error, there is no adapter x: GET /v1/loras lists them (chalk)");
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
