package org.zimage.api.origin;

import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import java.time.Instant;
import java.util.List;

/**
 * The answer of {@code POST /v1/pictures/verify}: what the server knows of a picture.
 *
 * @param sha256 of the file, in hexadecimal digits
 * @param madeHere {@value #EXACTLY}: the server made this very file; {@value #SIMILAR}: it made one that looks the same; {@value #UNKNOWN}:
 *     neither, which does not say that it was not made here
 * @param credentials the content credentials (C2PA) of the file
 * @param matches what the server made, of the caller's own: all of them exact, or all similar, the most similar first; at most
 *     {@value #MOST_MATCHES}
 * @param unreadable why nobody can see what the picture looks like; null when it was compared, or was found by its bytes
 */
public record PictureOrigin(
    String sha256,
    @JsonbProperty("made_here") String madeHere,
    Signature credentials,
    List<Match> matches,
    @JsonbNillable String unreadable) {
  public static final String EXACTLY = "exactly";
  public static final String SIMILAR = "similar";
  public static final String UNKNOWN = "unknown";
  public static final int MOST_MATCHES = 10;

  public PictureOrigin {
    matches = List.copyOf(matches);
  }

  /** The same for who reaches the server's paths below this prefix. */
  public PictureOrigin below(String prefix) {
    return new PictureOrigin(sha256, madeHere, credentials, matches.stream().map(match -> match.below(prefix)).toList(), unreadable);
  }

  /**
   * What the content credentials of the file are worth.
   *
   * @param status {@value #VALID}: file and signature fit, and the signer is trusted; {@value #UNTRUSTED}: they fit, but nobody who is
   *     trusted knows the signer; {@value #INVALID}: somebody changed the file or what is said of it; {@value #UNSUPPORTED}: of a kind that
   *     the server does not read; {@value #NONE}: there are none
   * @param problem what is wrong; null for {@value #VALID} and {@value #NONE}
   * @param signer the name in the certificate (RFC 2253); null unless file and signature fit
   * @param issuer the name of the authority that issued the certificate; null likewise
   * @param signedAt when, by a time stamp of an authority that is trusted; null without one
   * @param software the program that signed, with its version; null unless file and signature fit
   */
  public record Signature(
      String status,
      @JsonbNillable String problem,
      @JsonbNillable String signer,
      @JsonbNillable String issuer,
      @JsonbNillable @JsonbProperty("signed_at") Instant signedAt,
      @JsonbNillable String software) {
    public static final String VALID = "valid";
    public static final String UNTRUSTED = "untrusted";
    public static final String INVALID = "invalid";
    public static final String UNSUPPORTED = "unsupported";
    public static final String NONE = "none";

    /** Of a file whose signature tells nothing. */
    public static Signature without(String status, String problem) {
      return new Signature(status, problem, null, null, null, null);
    }
  }

  /**
   * A picture that the server made.
   *
   * @param distance in how many of 512 bits its look differs; 0 where the file is the same
   * @param index its place in the batch, from 0
   * @param format {@code png} or {@code webp}: which of its files it is; {@code png} where it only looks the same
   * @param madeAt when the task ended
   * @param imageUrl the path of that file
   */
  public record Match(
      int distance,
      @JsonbProperty("task_id") String taskId,
      @JsonbProperty("batch_id") String batchId,
      int index,
      String format,
      @JsonbProperty("made_at") Instant madeAt,
      @JsonbProperty("image_url") String imageUrl) {
    Match below(String prefix) {
      return new Match(distance, taskId, batchId, index, format, madeAt, prefix + imageUrl);
    }
  }
}
