package org.zimage.launcher.home;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;

/** Operations on whole folders. */
public final class Folders {
  static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rwx------");

  private Folders() {}

  /** Deletes a folder with everything in it, if it exists. */
  public static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /**
   * Removes all permissions of others than the owner from a folder and everything in it. Links are not followed. Files that have
   * another name elsewhere, such as a model's weights, stay as they are.
   */
  public static void takeFromOthers(Path folder) throws IOException {
    UserPrincipal owner = Files.getOwner(folder);
    Files.walkFileTree(folder, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path inner, BasicFileAttributes attributes) throws IOException {
        close(inner);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        if (attributes.isRegularFile() && (int) Files.getAttribute(file, "unix:nlink") == 1) {
          close(file);
        }
        return FileVisitResult.CONTINUE;
      }

      private void close(Path file) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.retainAll(OWNERS) && Files.getOwner(file).equals(owner)) {
          Files.setPosixFilePermissions(file, permissions);
        }
      }

      /** Skips a file of somebody else, or one that is gone since. */
      @Override
      public FileVisitResult visitFileFailed(Path file, IOException cause) {
        return FileVisitResult.CONTINUE;
      }
    });
  }
}
