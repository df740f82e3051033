package org.zimage.architecture;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

class LeftOutTest {
  @Test
  void whatAMachineLacksLeavesATestOut() {
    assertThatThrownBy(() -> LeftOut.unless(false, "no python3 was found", false))
        .isInstanceOf(TestAbortedException.class).hasMessageContaining("no python3 was found");
  }

  @Test
  void inContinuousIntegrationALackFailsTheTest() {
    assertThatThrownBy(() -> LeftOut.unless(false, "no python3 was found", true))
        .isInstanceOf(AssertionFailedError.class)
        .hasMessage("CI=true asks for every test, but no python3 was found");
  }

  @Test
  void whatIsThereIsTried() {
    assertThatCode(() -> LeftOut.unless(true, "no python3 was found", true)).doesNotThrowAnyException();
  }

  @Test
  void whatCanSayNothingIsLeftOutEverywhere() {
    assertThatThrownBy(() -> LeftOut.where(true, "this machine has a GPU"))
        .isInstanceOf(TestAbortedException.class).hasMessageContaining("this machine has a GPU");
    assertThatCode(() -> LeftOut.where(false, "this machine has a GPU")).doesNotThrowAnyException();
  }
}
