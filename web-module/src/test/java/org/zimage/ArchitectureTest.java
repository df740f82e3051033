package org.zimage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import org.junit.jupiter.api.Test;
import org.zimage.architecture.PackageRules;

class ArchitectureTest extends PackageRules {
  /** But the request that an order of OpenAI's is translated into. */
  @Test
  void bodiesAreRecords() {
    noClasses().that().doNotHaveSimpleName("ImageOrder").should().dependOnClassesThat()
        .haveNameMatching("jakarta\\.json\\.Json(Object|Array)Builder").check(CLASSES);
  }
}
