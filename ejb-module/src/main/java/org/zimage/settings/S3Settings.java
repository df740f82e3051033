package org.zimage.settings;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where new pictures are kept when {@code Z_IMAGE_STORAGE_BACKEND} is {@code s3}.
 *
 * @param endpoint S3_ENDPOINT: {@code http(s)://host[:port]}, whose buckets are named in the path; null: Amazon's of
 *     the region
 * @param region S3_REGION
 * @param accessKey S3_ACCESS_KEY
 * @param secretKey S3_SECRET_KEY
 * @param bucket S3_BUCKET_NAME: it must exist
 * @param prefix S3_PREFIX: what names begin with, without slashes at its ends; may be empty
 */
public record S3Settings(URI endpoint, String region, String accessKey, String secretKey, String bucket,
    String prefix) {
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern PREFIX = Pattern.compile("(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*");
  /** Java's {@code URI} finds no host in a name with an underscore, which Docker Compose and Swarm give. */
  private static final Pattern ENDPOINT = Pattern.compile("https?://(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(?::(\\d{1,5}))?/?");
  private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,63}");

  /** @return null when pictures are kept in the folder */
  static S3Settings read(Settings.Reader reader) {
    URI endpoint = endpoint(reader.text("S3_ENDPOINT", null));
    String region = reader.text("S3_REGION", "us-east-1");
    String accessKey = reader.text("S3_ACCESS_KEY", null);
    String secretKey = reader.text("S3_SECRET_KEY", null);
    String bucket = reader.text("S3_BUCKET_NAME", null);
    String prefix = prefix(reader.text("S3_PREFIX", ""));
    if (!isWanted(reader.text("Z_IMAGE_STORAGE_BACKEND", "local"))) {
      return null;
    }
    require("S3_REGION", region, REGION, "the name of a region, such as eu-central-1");
    require("S3_BUCKET_NAME", bucket, BUCKET,
        "the name of a bucket (3 to 63 lower-case letters, digits, dots and hyphens) with Z_IMAGE_STORAGE_BACKEND=s3");
    requireSecret("S3_ACCESS_KEY", accessKey);
    requireSecret("S3_SECRET_KEY", secretKey);
    return new S3Settings(endpoint, region, accessKey, secretKey, bucket, prefix);
  }

  private static boolean isWanted(String backend) {
    return switch (backend) {
      case "local" -> false;
      case "s3" -> true;
      default -> throw new InvalidSetting("Z_IMAGE_STORAGE_BACKEND", backend, "local or s3");
    };
  }

  private static URI endpoint(String value) {
    if (value == null) {
      return null;
    }
    Matcher server = ENDPOINT.matcher(value);
    if (server.matches() && (server.group(1) == null || Integer.parseInt(server.group(1)) <= Settings.LAST_PORT)) {
      return URI.create(value);
    }
    throw new InvalidSetting("S3_ENDPOINT", value, "http://host[:port] or https://host[:port]");
  }

  private static String prefix(String value) {
    String bare = value.replaceAll("^/+|/+$", "");
    if (!bare.isEmpty() && !PREFIX.matcher(bare + "/").matches()) {
      throw new InvalidSetting("S3_PREFIX", value,
          "names of letters, digits, dots, hyphens and underscores with / between them");
    }
    return bare;
  }

  private static void require(String variable, String value, Pattern allowed, String description) {
    if (value == null) {
      throw new InvalidSetting(variable, description);
    }
    if (!allowed.matcher(value).matches()) {
      throw new InvalidSetting(variable, value, description);
    }
  }

  private static void requireSecret(String variable, String value) {
    if (value == null) {
      throw new InvalidSetting(variable, "set with Z_IMAGE_STORAGE_BACKEND=s3");
    }
  }

  /** Without the keys, so that they cannot reach a log. */
  @Override
  public String toString() {
    return "S3Settings[endpoint=" + endpoint + ", region=" + region + ", bucket=" + bucket + ", prefix=" + prefix + "]";
  }
}
