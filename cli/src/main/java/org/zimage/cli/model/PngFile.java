package org.zimage.cli.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.zimage.picture.Picture;
import org.zimage.picture.encoding.PngWriter;
import org.zimage.picture.marking.Marks;

/** A picture as PNG with its parameters in text chunks, as workers write it. */
final class PngFile {
  private PngFile() {}

  /**
   * Writes a file beside the target and moves it there, so that the target is never half written. The file's name is random, so
   * that nobody can lay a link there before.
   *
   * @param finish what is done to the finished file, such as signing it
   */
  static void write(Path file, Picture picture, Map<String, String> texts, Marks marks, UnaryOperator<byte[]> finish)
      throws IOException {
    byte[] png = finish.apply(PngWriter.write(picture.width(), picture.height(), picture.rgb(), texts, marks));
    Path unfinished = file.resolveSibling("." + UUID.randomUUID() + ".unfinished");
    try {
      Files.write(unfinished, png, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
