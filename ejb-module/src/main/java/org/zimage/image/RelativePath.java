package org.zimage.image;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The path of a picture inside the store: {@code YYYYMMDD/HHMMSS_<image id>.png} or {@code .webp}; of one that a caller sent,
 * the same below {@code inputs/}.
 */
public record RelativePath(String value) {
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}");
  private static final int MAX_SEGMENTS = 8;
  private static final String INPUTS = "inputs/";
  private static final DateTimeFormatter STEM = DateTimeFormatter.ofPattern("uuuuMMdd/HHmmss_")
      .withZone(ZoneOffset.UTC);

  /**
   * @throws IllegalArgumentException for a path that could lead out of the store, or to something that is no picture
   */
  public RelativePath {
    if (!isAllowed(value)) {
      throw new IllegalArgumentException("Not a picture's path inside the store (got " + value + ")");
    }
  }

  /**
   * The path of a new picture.
   *
   * @param ending {@code .png} or {@code .webp}
   */
  static RelativePath of(String imageId, Instant made, String ending) {
    return new RelativePath(STEM.format(made) + imageId + ending);
  }

  /** The path of a picture that a caller sent. */
  public static RelativePath ofInput(String imageId, Instant received) {
    return new RelativePath(INPUTS + STEM.format(received) + imageId + ".png");
  }

  /**
   * Reads what a caller sent; empty when no finished picture can have that path. Pictures that callers sent are opened for
   * their owners only, by their task.
   */
  public static Optional<RelativePath> parse(String text) {
    return text != null && isAllowed(text) && !text.startsWith(INPUTS) ? Optional.of(new RelativePath(text)) : Optional.empty();
  }

  /** {@code image/png} or {@code image/webp}. */
  public String mediaType() {
    return value.endsWith(".png") ? "image/png" : "image/webp";
  }

  private static boolean isAllowed(String text) {
    String[] segments = text.split("/", -1);
    if (segments.length > MAX_SEGMENTS || !(text.endsWith(".png") || text.endsWith(".webp"))) {
      return false;
    }
    for (String segment : segments) {
      if (!SEGMENT.matcher(segment).matches()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return value;
  }
}
