package org.zimage.tests.faults.oracle;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.TreeSet;

/** The folder of the pictures, in which others write, rename and remove while it is read. */
public record PictureFolder(Path root) {

  /** The files in it, the half-written too, as paths below it. */
  public Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>();
    Files.walkFileTree(root, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        names.add(root.relativize(file).toString());
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException goneMeanwhile) {
        return FileVisitResult.CONTINUE;
      }
    });
    return names;
  }
}
