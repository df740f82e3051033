package org.zimage.picture.credentials.trust;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponse;
import org.zimage.picture.credentials.format.CredentialsHash;

/**
 * A time stamp authority (RFC 3161, by HTTP). Pictures do not wait for one that is away: each request has a time limit, and after one
 * that failed nobody asks for a while. The log says once that it is away, and once that it is back. Thread-safe.
 */
public final class TimeStampAuthority {
  private static final Logger LOG = Logger.getLogger(TimeStampAuthority.class.getName());
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMinutes(1);
  private static final int NONCE_BITS = 64;
  /** Before the first is known. */
  private static final int FIRST_TOKEN_BYTES = 8 << 10;
  /** Those of one authority differ by few bytes. */
  private static final int SPARE_BYTES = 128;

  private final URI url;
  private final HttpClient http;
  private final SecureRandom random = new SecureRandom();
  private int room = FIRST_TOKEN_BYTES;
  private long awaySince;
  private boolean away;

  /** @param tls for an address of HTTPS */
  public TimeStampAuthority(URI url, SSLContext tls) {
    this.url = url;
    this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LONGEST_ANSWER).sslContext(tls).build();
  }

  /** How many bytes are to be kept free for a token. */
  public synchronized int roomForToken() {
    return room;
  }

  /** @return the token; null while the authority is away */
  public byte[] stamp(byte[] data) {
    if (isLeftAlone()) {
      return null;
    }
    try {
      byte[] token = ask(data);
      answered(token.length);
      return token;
    } catch (IOException | TSPException | RuntimeException failure) {
      // Runtime exceptions: the ASN.1 library's answers to something else than a time stamp, and a time stamp that is wrong
      failed(failure);
      return null;
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private byte[] ask(byte[] data) throws IOException, InterruptedException, TSPException {
    TimeStampRequestGenerator generator = new TimeStampRequestGenerator();
    generator.setCertReq(true);
    TimeStampRequest question =
        generator.generate(TSPAlgorithms.SHA256, CredentialsHash.of(data), new BigInteger(NONCE_BITS, random).setBit(NONCE_BITS));
    HttpRequest request = HttpRequest.newBuilder(url).timeout(LONGEST_ANSWER).header("Content-Type", "application/timestamp-query")
        .POST(HttpRequest.BodyPublishers.ofByteArray(question.getEncoded())).build();
    HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IOException("it answered " + response.statusCode());
    }
    TimeStampResponse answer = new TimeStampResponse(response.body());
    answer.validate(question);
    if (answer.getTimeStampToken() == null) {
      throw new IOException("it gave no token: " + answer.getStatusString());
    }
    byte[] token = answer.getTimeStampToken().getEncoded("DER");
    TimeStamp.read(token, data);
    return token;
  }

  private synchronized boolean isLeftAlone() {
    return away && System.nanoTime() - awaySince < PAUSE.toNanos();
  }

  private synchronized void answered(int tokenBytes) {
    room = tokenBytes + SPARE_BYTES;
    if (away) {
      LOG.info("The time stamp authority " + url + " is back");
    }
    away = false;
  }

  private synchronized void failed(Exception failure) {
    if (!away) {
      LOG.warning("Pictures are signed without time stamps: the authority " + url + " does not give them (" + failure
          + "); asked again every " + PAUSE.toSeconds() + " s");
    }
    away = true;
    awaySince = System.nanoTime();
  }
}
