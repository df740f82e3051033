package org.zimage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import org.junit.jupiter.api.Test;
import org.zimage.architecture.PackageRules;

class ArchitectureTest extends PackageRules {
  @Test
  void pictureFilesAreForEveryModule() {
    noClasses().should().dependOnClassesThat().resideInAnyPackage("jakarta..").check(CLASSES);
  }
}
