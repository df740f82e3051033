package org.zimage.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.all;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.AbstractClassesTransformer;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ClassesTransformer;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What holds for the packages of every module, and for its tests. Each module has a test class that extends this one and may add rules
 * of its own. Of a module that consists of tests, such as {@code system-tests}, the packages are those of the tests.
 */
public abstract class PackageRules {
  private static final int MAX_SOURCE_FILES = 15;
  private static final boolean CONSISTS_OF_TESTS = !Files.exists(Path.of("src/main"));
  private static final Path SOURCES = Path.of(CONSISTS_OF_TESTS ? "src/test/java" : "src/main/java");
  private static final String PACKAGE_INFO = "package-info.java";
  private static final Pattern SENTENCE = Pattern.compile("\\s*/\\*\\*.*\\w.*\\.\\s*\\*/.*", Pattern.DOTALL);

  private static final ClassesTransformer<JavaPackage> PACKAGES = new AbstractClassesTransformer<>("packages") {
    @Override
    public Iterable<JavaPackage> doTransform(JavaClasses classes) {
      return classes.stream().map(JavaClass::getPackage)
          .collect(Collectors.toCollection(() -> new TreeSet<>(Comparator.comparing(JavaPackage::getName))));
    }
  };

  private static final JavaClasses TESTS = new ClassFileImporter().importPath(Path.of("target/test-classes"));

  /** The classes of the module whose tests run, without its tests unless it consists of them. */
  protected static final JavaClasses CLASSES =
      CONSISTS_OF_TESTS ? TESTS : new ClassFileImporter().importPath(Path.of("target/classes"));

  @Test
  void packagesAreFreeOfCycles() {
    slices().matching("org.zimage.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void packagesAreSmall() {
    all(PACKAGES).should(haveFewSourceFiles()).check(CLASSES);
  }

  @Test
  void packagesSayWhatTheyAreAbout() {
    all(PACKAGES).should(haveASentence()).check(CLASSES);
  }

  @Test
  void onlyTheModelKnowsTensorFlow() {
    noClasses().that().resideOutsideOfPackages("org.zimage.cuda", "org.zimage.export..", "org.zimage.pipeline", "org.zimage.pipeline.network")
        .should().dependOnClassesThat().resideInAnyPackage("org.bytedeco..", "org.tensorflow..")
        .allowEmptyShould(true).check(CLASSES);
  }

  /** So that one place decides what a test does where the machine lacks something: {@link LeftOut}. */
  @Test
  void nothingButLeftOutLeavesTestsOut() {
    noClasses().should().dependOnClassesThat().haveNameMatching(".*\\.(Assumptions|TestAbortedException|Disabled)")
        .orShould().dependOnClassesThat().resideInAPackage("org.junit.jupiter.api.condition")
        .check(TESTS);
  }

  private static ArchCondition<JavaPackage> haveFewSourceFiles() {
    return new ArchCondition<>("have at most " + MAX_SOURCE_FILES + " source files") {
      @Override
      public void check(JavaPackage each, ConditionEvents events) {
        long files = countSourceFiles(folder(each));
        events.add(new SimpleConditionEvent(each, files <= MAX_SOURCE_FILES,
            each.getName() + " has " + files + " source files: split it by what its classes are about"));
      }
    };
  }

  private static ArchCondition<JavaPackage> haveASentence() {
    return new ArchCondition<>("have a sentence in their " + PACKAGE_INFO) {
      @Override
      public void check(JavaPackage each, ConditionEvents events) {
        Path file = folder(each).resolve(PACKAGE_INFO);
        events.add(new SimpleConditionEvent(each, Files.exists(file) && SENTENCE.matcher(read(file)).matches(),
            each.getName() + " does not say what it is about: write a sentence as Javadoc into " + file));
      }
    };
  }

  private static long countSourceFiles(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java") && !name.equals(PACKAGE_INFO)).count();
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  private static Path folder(JavaPackage each) {
    return SOURCES.resolve(each.getName().replace('.', '/'));
  }
}
