package org.zimage.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.zimage.settings.Authorities;
import org.zimage.settings.InvalidSetting;
import org.zimage.settings.S3Settings;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Keeps pictures and adapters in a bucket of an S3 store, and also finds older pictures in the folder that was used before. A file is one
 * object, which S3 shows completely or not at all. Thread-safe; owns the connections of the S3 client until it is closed.
 */
public final class S3Store implements ImageStore, AutoCloseable {
  private static final Duration CONNECTING = Duration.ofSeconds(3);
  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final Duration LONGEST_CHECK = Duration.ofSeconds(3);
  /** All attempts together, until the answer begins: callers of HTTP wait for it. */
  private static final Duration LONGEST_CALL = Duration.ofSeconds(5);
  /** A large picture over a slow line; a worker waits for it. */
  private static final Duration LONGEST_STORING = Duration.ofSeconds(60);
  /**
   * The second one is for a connection that the server has closed in the meantime; who stores a picture tries for
   * longer.
   */
  private static final int ATTEMPTS = 2;
  private static final int NOT_FOUND = 404;

  private final S3Settings settings;
  private final DiskStore older;
  private final S3Client client;

  /** @param older the folder of the time before */
  public S3Store(S3Settings settings, Authorities authorities, DiskStore older) {
    this.settings = settings;
    this.older = older;
    this.client = client(settings, authorities);
  }

  private static S3Client client(S3Settings settings, Authorities authorities) {
    UrlConnectionHttpClient.Builder http = UrlConnectionHttpClient.builder().connectionTimeout(CONNECTING).socketTimeout(SILENCE)
        .tlsTrustManagersProvider(authorities::trustManagers);
    S3ClientBuilder builder = S3Client.builder()
        .httpClientBuilder(http)
        .region(Region.of(settings.region()))
        .credentialsProvider(StaticCredentialsProvider.create(
            AwsBasicCredentials.create(settings.accessKey(), settings.secretKey())))
        // Other makers' stores know neither the checksums behind a body nor its signing in pieces
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
        .overrideConfiguration(override -> {
          override.apiCallTimeout(LONGEST_CALL).retryStrategy(StandardRetryStrategy.builder().maxAttempts(ATTEMPTS).build())
              .addExecutionInterceptor(new ShortAnswers());
          NameWithUnderscore.of(settings.endpoint()).ifPresent(name -> {
            override.addExecutionInterceptor(name);
            http.proxyConfiguration(NameWithUnderscore.withoutProxy());
          });
        });
    if (settings.endpoint() != null) {
      builder.endpointOverride(NameWithUnderscore.replacedIn(settings.endpoint())).forcePathStyle(true);
    }
    return builder.build();
  }

  @Override
  public String put(RelativePath path, byte[] content) {
    String key = key(path);
    asked("The picture could not be stored as " + place(key), () -> client.putObject(
        request -> request.bucket(settings.bucket()).key(key).contentType(path.mediaType())
            .overrideConfiguration(override -> override.apiCallTimeout(LONGEST_STORING)),
        RequestBody.fromBytes(content)));
    return place(key);
  }

  @Override
  public void put(RelativePath path, Path file) {
    String key = key(path);
    asked("The file could not be stored as " + place(key), () -> client.putObject(
        request -> request.bucket(settings.bucket()).key(key).contentType(path.mediaType())
            .overrideConfiguration(override -> override.apiCallTimeout(LONGEST_STORING.plus(forBytes(file)))),
        RequestBody.fromFile(file)));
  }

  private static Duration forBytes(Path file) {
    try {
      return StoreStream.forBytes(Files.size(file));
    } catch (IOException e) {
      throw new StorageFailed(file + " could not be read: " + e, e);
    }
  }

  /** From the older folder, too. */
  @Override
  public void remove(RelativePath path) {
    older.removeAllIfThere(List.of(path));
    String key = key(path);
    asked("The file could not be removed from " + place(key),
        () -> client.deleteObject(request -> request.bucket(settings.bucket()).key(key)));
  }

  /**
   * The folder is asked first: it costs nothing, and its pictures are there while the bucket is away. A folder that cannot
   * be read hides no picture of the bucket.
   */
  @Override
  public Optional<StoredImage> find(RelativePath path) {
    Optional<StoredImage> old;
    try {
      old = older.findIfThere(path);
    } catch (StorageFailed unreadable) {
      return Optional.of(findInBucket(key(path)).orElseThrow(() -> unreadable));
    }
    return old.or(() -> findInBucket(key(path)));
  }

  private Optional<StoredImage> findInBucket(String key) {
    return asked(place(key) + " could not be looked up", () -> head(key)).map(head -> described(key, head));
  }

  private Optional<HeadObjectResponse> head(String key) {
    try {
      return Optional.of(client.headObject(request -> request.bucket(settings.bucket()).key(key)));
    } catch (AwsServiceException answer) {
      if (answer.statusCode() == NOT_FOUND) {
        return Optional.empty();
      }
      throw answer;
    }
  }

  /** @throws StorageFailed when the answer is none that a store gives */
  private StoredObject described(String key, HeadObjectResponse head) {
    if (head.contentLength() == null || head.contentLength() < 0 || head.lastModified() == null || head.eTag() == null) {
      throw new StorageFailed(place(key) + " could not be looked up: the store does not tell its length, time and tag", null);
    }
    return new StoredObject(this, key, head.contentLength(), head.lastModified(), head.eTag().replace("\"", ""));
  }

  @Override
  public void checkReading() {
    asked("The bucket " + settings.bucket() + " cannot be used", this::list);
  }

  /** Rights to write show only when something is written; a bucket that keeps all versions would keep every probe. */
  @Override
  public void checkWriting() {
    checkReading();
  }

  /**
   * Asks the store whether the settings are right.
   *
   * @throws InvalidSetting when it says that they are wrong
   * @throws StorageFailed when it says nothing, or something else
   */
  void checkSettings() {
    try {
      list();
    } catch (AwsServiceException e) {
      String code = e.awsErrorDetails() == null ? "" : String.valueOf(e.awsErrorDetails().errorCode());
      switch (code) {
        case "NoSuchBucket" -> throw new InvalidSetting("S3_BUCKET_NAME", settings.bucket(), "a bucket that exists");
        case "InvalidAccessKeyId" -> throw new InvalidSetting("S3_ACCESS_KEY", "a key that the S3 store knows");
        case "SignatureDoesNotMatch" -> throw new InvalidSetting("S3_SECRET_KEY",
            "the secret that belongs to S3_ACCESS_KEY");
        default -> throw new StorageFailed("The bucket " + settings.bucket() + " cannot be used: " + e.getMessage(), e);
      }
    } catch (RuntimeException | StackOverflowError e) {
      throw new StorageFailed("The S3 store does not answer: " + e.getMessage(), e);
    }
  }

  private Object list() {
    return client.listObjectsV2(request -> request.bucket(settings.bucket()).prefix(settings.prefix()).maxKeys(1)
        .overrideConfiguration(override -> override.apiCallTimeout(LONGEST_CHECK)));
  }

  @Override
  public void close() {
    client.close();
  }

  private String key(RelativePath path) {
    return settings.prefix().isEmpty() ? path.value() : settings.prefix() + "/" + path.value();
  }

  private String place(String key) {
    return "s3://" + settings.bucket() + "/" + key;
  }

  /**
   * An answer that is none makes the client throw whatever it likes. Thousands of interim answers overflow the stack of Java's own
   * client.
   */
  private static <T> T asked(String failure, Supplier<T> request) {
    try {
      return request.get();
    } catch (RuntimeException | StackOverflowError e) {
      throw new StorageFailed(failure + ": " + e.getMessage(), e);
    }
  }

  private InputStream open(String key, long first, long count) {
    if (count == 0) {
      return InputStream.nullInputStream();
    }
    ResponseInputStream<GetObjectResponse> content = asked(place(key) + " could not be read", () -> client.getObject(
        request -> request.bucket(settings.bucket()).key(key).range("bytes=" + first + "-" + (first + count - 1))));
    requireBeginning(key, first, content);
    return new StoreStream(place(key), content, count, content::abort);
  }

  /** A store that knows no ranges sends all of it. */
  private void requireBeginning(String key, long first, ResponseInputStream<GetObjectResponse> content) {
    String sent = content.response().contentRange();
    if (sent == null ? first > 0 : !sent.startsWith("bytes " + first + "-")) {
      content.abort();
      throw new StorageFailed(place(key) + " could not be read from byte " + first + " on: the store sent "
          + (sent == null ? "all of it" : sent), null);
    }
  }

  private record StoredObject(S3Store store, String key, long length, Instant modified, String tag) implements StoredImage {
    @Override
    public InputStream open(long first, long count) {
      return store.open(key, first, count);
    }
  }
}
