package org.zimage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import org.junit.jupiter.api.Test;
import org.zimage.architecture.PackageRules;

class ArchitectureTest extends PackageRules {
  /** So that the model needs no library of picture files. */
  @Test
  void picturesAreValuesHere() {
    noClasses().should().dependOnClassesThat().resideInAnyPackage("org.zimage.picture.*..").check(CLASSES);
  }
}
