package org.zimage.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.zimage.system.ServedModels.Model;

class ServedModelsTest {
  private static final Model OLDER = new Model("z-older", Instant.ofEpochSecond(100), 1);
  private static final Model NEWER = new Model("a-newer", Instant.ofEpochSecond(200), 2);

  @Test
  void oneModelLeavesItsTasksToAnyWorker() {
    ServedModels one = new ServedModels(List.of(OLDER), null);

    assertThat(one.forUnnamed()).isNull();
    assertThat(one.defaultName()).isEqualTo("z-older");
  }

  @Test
  void ofSeveralModelsThatWhichIsServedForTheLongestIsTheDefault() {
    assertThat(new ServedModels(List.of(NEWER, OLDER), null).forUnnamed()).isEqualTo("z-older");
  }

  @Test
  void theOperatorsChoiceIsTheDefaultEvenWhileNoWorkerServesIt() {
    ServedModels chosen = new ServedModels(List.of(NEWER, OLDER), "turbo");

    assertThat(chosen.forUnnamed()).isEqualTo("turbo");
    assertThat(chosen.mayBeNamed("turbo")).isTrue();
    assertThat(chosen.mayBeNamed("base")).isFalse();
  }

  @Test
  void whileNoWorkerIsThereAnyModelMayBeNamed() {
    ServedModels none = new ServedModels(List.of(), null);

    assertThat(none.mayBeNamed("turbo")).isTrue();
    assertThat(none.forUnnamed()).isNull();
    assertThat(none.defaultName()).isNull();
  }
}
