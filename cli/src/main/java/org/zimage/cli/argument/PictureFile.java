package org.zimage.cli.argument;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.zimage.api.GenerationResult;

/** Names of picture files. The ending chooses the format; a number tells the pictures of a batch apart. */
public final class PictureFile {
  private static final String WEBP = ".webp";

  private PictureFile() { }

  /**
   * Checks a picture's file before the picture is drawn, which may take minutes.
   *
   * @throws IllegalArgumentException when no picture could be saved there
   */
  public static void check(Path file) {
    String name = lowerCase(file);
    if (!name.endsWith(".png") && !name.endsWith(WEBP)) {
      throw new IllegalArgumentException("--output must end in .png or .webp (got '" + file + "')");
    }
    checkPlace(file);
  }

  /** @throws IllegalArgumentException when a batch could not be saved there */
  public static void checkZip(Path file) {
    if (!lowerCase(file).endsWith(".zip")) {
      throw new IllegalArgumentException("--output of a batch must end in .zip (got '" + file + "')");
    }
    checkPlace(file);
  }

  /**
   * Checks whether a file can be written there, whatever its name is.
   *
   * @throws IllegalArgumentException when it cannot, or when something other than a file would be replaced
   */
  public static void checkPlace(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw new IllegalArgumentException("--output: " + file + " is a folder; name a file in it");
    }
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new IllegalArgumentException("--output: " + folder + " is not a folder that can be written to");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IllegalArgumentException("--output: " + file + " is no ordinary file and is not replaced");
    }
  }

  /**
   * The file of one picture of a batch: {@code a.png} becomes {@code a-3.png} for the third. All numbers have as many digits as the
   * last one.
   */
  public static Path numbered(Path file, int number, int count) {
    if (count == 1) {
      return file;
    }
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    int digits = Integer.toString(count).length();
    return file.resolveSibling(
        String.format("%s-%0" + digits + "d%s", name.substring(0, dot), number, name.substring(dot)));
  }

  /** The path, on the server, of the picture in this file's format. */
  public static String pathFor(Path file, GenerationResult result) {
    return lowerCase(file).endsWith(WEBP) ? result.previewRelativePath() : result.relativePath();
  }

  private static String lowerCase(Path file) {
    return file.toString().toLowerCase(Locale.ROOT);
  }
}
