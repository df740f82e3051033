package org.zimage.image;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The path of a picture inside the store: {@code YYYYMMDD/HHMMSS_<image id>.png} or {@code .webp}; of one that a caller sent,
 * the same below {@code inputs/}. The path of an adapter: {@code loras/<checksum>.safetensors}.
 */
public record RelativePath(String value) {
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}");
  private static final int MAX_SEGMENTS = 8;
  private static final String INPUTS = "inputs/";
  private static final String ADAPTERS = "loras/";
  private static final String ADAPTER_ENDING = ".safetensors";
  private static final DateTimeFormatter STEM = DateTimeFormatter.ofPattern("uuuuMMdd/HHmmss_")
      .withZone(ZoneOffset.UTC);

  /**
   * @throws IllegalArgumentException for a path that could lead out of the store, or to something that is no picture and no adapter
   */
  public RelativePath {
    if (!isAllowed(value)) {
      throw new IllegalArgumentException("Not a picture's or an adapter's path inside the store (got " + value + ")");
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
   * The path of an adapter that was uploaded.
   *
   * @param sha256 of its file, in hex
   */
  public static RelativePath ofAdapter(String sha256) {
    return new RelativePath(ADAPTERS + sha256 + ADAPTER_ENDING);
  }

  /**
   * Reads what a caller sent; empty when no finished picture can have that path. Pictures that callers sent are opened for
   * their owners only, by their task; adapters for nobody.
   */
  public static Optional<RelativePath> parse(String text) {
    boolean isPicture = text != null && isAllowed(text) && !text.startsWith(INPUTS) && !text.startsWith(ADAPTERS);
    return isPicture ? Optional.of(new RelativePath(text)) : Optional.empty();
  }

  /** Reads what a row names; empty when this system could not have stored it, as some that older installations have stored. */
  public static Optional<RelativePath> stored(String text) {
    return isAllowed(text) ? Optional.of(new RelativePath(text)) : Optional.empty();
  }

  boolean isAdapter() {
    return value.startsWith(ADAPTERS);
  }

  /** {@code image/png} or {@code image/webp}; of an adapter, that it is bytes. */
  public String mediaType() {
    if (value.endsWith(ADAPTER_ENDING)) {
      return "application/octet-stream";
    }
    return value.endsWith(".png") ? "image/png" : "image/webp";
  }

  private static boolean isAllowed(String text) {
    String[] segments = text.split("/", -1);
    boolean isAdapter = text.startsWith(ADAPTERS) && text.endsWith(ADAPTER_ENDING);
    return segments.length <= MAX_SEGMENTS && (isAdapter || text.endsWith(".png") || text.endsWith(".webp"))
        && Arrays.stream(segments).allMatch(segment -> SEGMENT.matcher(segment).matches());
  }

  @Override
  public String toString() {
    return value;
  }
}
