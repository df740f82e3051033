package org.zimage.settings;

import java.net.URI;
import java.net.URISyntaxException;
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
    try {
      URI uri = new URI(value);
      boolean isServer = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean isBare = uri.getPath() == null || uri.getPath().isEmpty() || uri.getPath().equals("/");
      if (isServer && isBare && uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null
          && uri.getPort() <= Settings.LAST_PORT) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // The same answer as for another scheme
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
