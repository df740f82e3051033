package org.zimage.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.zimage.system.ServedModels.Model;

class ServedModelsTest {
  private static final Model OLDER = new Model("z-older", Instant.ofEpochSecond(100), 1, JsonValue.EMPTY_JSON_OBJECT);
  private static final Model NEWER = new Model("a-newer", Instant.ofEpochSecond(200), 2, JsonValue.EMPTY_JSON_OBJECT);

  @Test
  void oneModelLeavesItsTasksToAnyWorker() {
    ServedModels one = new ServedModels(List.of(OLDER), null, null);

    assertThat(one.forUnnamed()).isNull();
    assertThat(one.defaultName()).isEqualTo("z-older");
  }

  @Test
  void ofSeveralModelsThatWhichIsServedForTheLongestIsTheDefault() {
    assertThat(new ServedModels(List.of(NEWER, OLDER), null, null).forUnnamed()).isEqualTo("z-older");
  }

  @Test
  void theOperatorsChoiceIsTheDefaultEvenWhileNoWorkerServesIt() {
    ServedModels chosen = new ServedModels(List.of(NEWER, OLDER), null, "turbo");

    assertThat(chosen.forUnnamed()).isEqualTo("turbo");
    assertThat(chosen.mayBeNamed("turbo")).isTrue();
    assertThat(chosen.mayBeNamed("base")).isFalse();
  }

  @Test
  void whileNoWorkerIsThereAnyModelMayBeNamed() {
    ServedModels none = new ServedModels(List.of(), null, null);

    assertThat(none.mayBeNamed("turbo")).isTrue();
    assertThat(none.forUnnamed()).isNull();
    assertThat(none.defaultName()).isNull();
  }
}
