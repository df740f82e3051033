package org.zimage.cli.argument;

import java.nio.file.Path;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.input.DataUrl;
import picocli.CommandLine.Option;

/**
 * The options that say which picture is changed, and how. They mean the same to a server and to a model on this machine, apart from
 * {@code task:}, which only a server knows. Each is null where it was not given: whoever draws has the default.
 */
public final class StartOptions {
  private static final String IMAGE = "--image";
  private static final String MASK = "--mask";

  @Option(names = IMAGE, paramLabel = "FILE", description = "the picture to start from: PNG, JPEG or WebP; with a server also task:ID,"
      + " the picture of a finished task of yours")
  private String image;

  @Option(names = MASK, paramLabel = "FILE",
      description = "what of it is repainted: where this is white or, if it is transparent anywhere, where it is transparent")
  private String mask;

  @Option(names = "--strength", paramLabel = "X", description = "how far it is changed, above 0 to 1 (0.6; with --mask 1)")
  private Double strength;

  @Option(names = "--preserve-unmasked", negatable = true, defaultValue = Option.NULL_VALUE, fallbackValue = "true",
      description = "whether the pixels outside of the mask stay exactly as they are (they do)")
  private Boolean preserveUnmasked;

  /**
   * Checks what can be told without the files.
   *
   * @throws IllegalArgumentException when an option lacks another, or its value is none
   */
  public void check() {
    require(mask == null || image != null, MASK + " needs " + IMAGE + ": the picture of which a part is repainted");
    require(strength == null || image != null, "--strength needs " + IMAGE + ": the picture that is changed");
    require(preserveUnmasked == null || mask != null, "--preserve-unmasked needs " + MASK + ": what of the picture is repainted");
    require(strength == null || strength > 0 && strength <= 1, "--strength must be above 0 and at most 1 (got " + strength + ")");
  }

  /** The same for a model on this machine, which knows no tasks. */
  public void checkFiles() {
    check();
    require(!isTask(image), IMAGE + " must be a file here, because only a server knows tasks (got " + image + ")");
    require(!isTask(mask), MASK + " must be a file here, because only a server knows tasks (got " + mask + ")");
  }

  private static void require(boolean right, String message) {
    if (!right) {
      throw new IllegalArgumentException(message);
    }
  }

  private static boolean isTask(String text) {
    return text != null && text.startsWith(GenerateImageRequest.TASK);
  }

  /** Whether there is a picture to start from. */
  public boolean isGiven() {
    return image != null;
  }

  /** The picture's file. */
  public InputFile image() {
    return file(IMAGE, image);
  }

  /** The mask's file; null for none. */
  public InputFile mask() {
    return file(MASK, mask);
  }

  private static InputFile file(String option, String text) {
    return text == null ? null : new InputFile(option, Path.of(text));
  }

  /** The picture as a request carries it; null for none. */
  public String imageToSend() {
    return toSend(IMAGE, image);
  }

  /** The mask as a request carries it; null for none. */
  public String maskToSend() {
    return toSend(MASK, mask);
  }

  private static String toSend(String option, String text) {
    return text == null || isTask(text) ? text : file(option, text).read(file -> DataUrl.of(option, file));
  }

  public Double strength() {
    return strength;
  }

  public Boolean preserveUnmasked() {
    return preserveUnmasked;
  }
}
