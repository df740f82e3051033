package org.zimage.launcher.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.checkpoint.Dtype;
import org.zimage.checkpoint.source.SamplingDefaults;
import org.zimage.model.LatentColours;
import org.zimage.model.ModelManifest;

class ModelFoldersTest {
  private static final long GIBIBYTE = 1L << 30;

  @TempDir
  private Path folder;

  @Test
  void theMemoryIsThatOfAllWeightsOfTheServersAndOfAProcessForEachModel() throws IOException {
    ModelFolders models = ModelFolders.in(List.of(model("turbo", "turbo", "a", 5), model("base", "base", "b", 12)));

    assertThat(models.neededBytes()).isEqualTo((5 + 12 + 2 + 1) * GIBIBYTE);
    assertThat(models.need()).isEqualTo("2 models need about 20.0 GiB of memory: 5.0 GiB for the weights of turbo, 12.0 GiB for the "
        + "weights of base; 3.0 GiB for 2 processes and the servers");
    assertThat(models.defaultName()).isEqualTo("turbo");
  }

  @Test
  void modelsThatDoNotFitAreRefusedWithWhatTheyNeed() throws IOException {
    ModelFolders models = ModelFolders.in(List.of(model("turbo", "turbo", "a", 5), model("base", "base", "b", 12)));

    assertThatCode(() -> models.requireMemory(20 * GIBIBYTE)).doesNotThrowAnyException();
    assertThatThrownBy(() -> models.requireMemory(20 * GIBIBYTE - 1)).hasMessageContaining("need about 20.0 GiB of memory")
        .hasMessageEndingWith("20.0 GiB may still be taken. Free memory, or name fewer models");
  }

  @Test
  void aFileThatSeveralNetworksLinkToCountsOnce() throws IOException {
    Path model = model("turbo", "turbo", "a", 5);
    Path vae = Files.createDirectories(model.resolve("vae_decoder/variables")).resolve("variables.data-00000-of-00001");
    Files.createSymbolicLink(vae, model.resolve("transformer/variables/variables.data-00000-of-00001"));

    assertThat(ModelFolders.in(List.of(model)).models().get(0).weightBytes()).isEqualTo(5 * GIBIBYTE);
  }

  @Test
  void theSameModelMayBeThereTwice() throws IOException {
    Path turbo = model("turbo", "turbo", "a", 1);

    assertThat(ModelFolders.in(List.of(turbo, turbo)).models()).hasSize(2);
  }

  @Test
  void twoModelsThatCallersCannotTellApartAreRefused() throws IOException {
    Path one = model("one", "turbo", "a", 1);
    Path other = model("other", "turbo", "b", 1);

    assertThatThrownBy(() -> ModelFolders.in(List.of(one, other))).hasMessage(one + " and " + other
        + " are different models with the same name turbo, by which requests choose them: export one of them with another --name");
  }

  @Test
  void aFolderWithoutAModelIsNamed() throws IOException {
    Path one = model("one", "turbo", "a", 1);

    assertThatThrownBy(() -> ModelFolders.in(List.of(one, folder.resolve("nothing"))))
        .hasMessageStartingWith(folder.resolve("nothing") + " is no exported model (").hasMessageEndingWith("make one with 'zimage export'");
  }

  /** A manifest, and a file of weights that takes no space. */
  private Path model(String place, String name, String checksum, long gibibytes) throws IOException {
    Path model = Files.createDirectories(folder.resolve(place));
    Path weights = Files.createDirectories(model.resolve("transformer/variables")).resolve("variables.data-00000-of-00001");
    try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
      file.setLength(gibibytes * GIBIBYTE);
    }
    new ModelManifest(name, Dtype.F32, checksum, 16, 8, 3.0, 128, 1e6, new int[] {32, 48, 48}, 256, LatentColours.UNKNOWN,
        SamplingDefaults.NONE).write(model);
    return model;
  }
}
