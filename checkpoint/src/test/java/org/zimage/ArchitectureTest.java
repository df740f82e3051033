package org.zimage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import org.junit.jupiter.api.Test;
import org.zimage.architecture.PackageRules;

class ArchitectureTest extends PackageRules {
  /** So that whoever accepts an adapter can read it without the model's libraries. */
  @Test
  void filesAreReadWithoutTensorFlowAndPictures() {
    noClasses().should().dependOnClassesThat().resideInAnyPackage("org.tensorflow..", "org.zimage.picture..").check(CLASSES);
  }
}
