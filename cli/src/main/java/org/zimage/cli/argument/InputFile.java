package org.zimage.cli.argument;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file that a person names to be read. */
public record InputFile(String option, Path path) {

  /** What is made of it. */
  @FunctionalInterface
  public interface Reading<T> {
    T of(Path file) throws IOException;
  }

  /** @throws IllegalArgumentException when it cannot be read; the message names the option and the file */
  public <T> T read(Reading<T> reading) {
    try {
      if (Files.isDirectory(path)) {
        throw refused("is a folder; name a file in it");
      }
      return reading.of(path);
    } catch (NoSuchFileException missing) {
      throw refused("is not there");
    } catch (AccessDeniedException denied) {
      throw refused("may not be read by you");
    } catch (IOException unreadable) {
      throw refused("cannot be read: " + unreadable.getMessage());
    }
  }

  /** What a command says when the file is not what it wants. */
  public IllegalArgumentException refused(String reason) {
    return new IllegalArgumentException(option + ": " + path + " " + reason);
  }
}
