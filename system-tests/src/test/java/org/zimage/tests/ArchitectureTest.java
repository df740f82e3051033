package org.zimage.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import org.junit.jupiter.api.Test;
import org.zimage.architecture.PackageRules;

class ArchitectureTest extends PackageRules {
  @Test
  void supportKnowsNoTests() {
    noClasses().that().resideInAnyPackage("..tests.caller", "..tests.system", "..tests.server", "..tests.faults.injection",
        "..tests.faults.oracle").should().dependOnClassesThat().haveNameMatching(".*(IT|Test|Fault)").check(CLASSES);
  }
}
