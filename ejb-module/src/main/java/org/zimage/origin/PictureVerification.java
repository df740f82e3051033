package org.zimage.origin;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.zimage.api.ValidationError.Problem;
import org.zimage.api.origin.PictureOrigin;
import org.zimage.api.origin.PictureOrigin.Match;
import org.zimage.api.origin.PictureOrigin.Signature;
import org.zimage.caller.Caller;
import org.zimage.error.InvalidRequest;
import org.zimage.image.ImageStore;
import org.zimage.input.PictureTurns;
import org.zimage.picture.PictureRefused;
import org.zimage.picture.credentials.Credentials;
import org.zimage.picture.decoding.PictureReader;
import org.zimage.picture.look.Look;
import org.zimage.recognition.KnownPictures;
import org.zimage.recognition.KnownPictures.KnownPicture;
import org.zimage.request.Sha256;
import org.zimage.settings.Settings;

/** Tells of a picture that somebody has whether its credentials hold, and whether it was made here. Thread-safe. */
@ApplicationScoped
public class PictureVerification {
  private final TrustedSigners signers;
  private final KnownPictures pictures;
  private final PictureTurns turns;
  private final Settings settings;

  protected PictureVerification() {
    this(null, null, null, null);
  }

  @Inject
  public PictureVerification(TrustedSigners signers, KnownPictures pictures, PictureTurns turns, Settings settings) {
    this.signers = signers;
    this.pictures = pictures;
    this.turns = turns;
    this.settings = settings;
  }

  /**
   * What is known of a picture. A file that was damaged is told of as far as its credentials and its bytes go.
   *
   * @param file PNG, JPEG or WebP; the caller closes it
   * @param place of the picture in the request, for the message of a refusal
   * @param caller learns of its own pictures only, unless it sees everything
   * @throws InvalidRequest when the bytes are no picture of a type that is read, or too many
   * @throws org.zimage.input.TooManyPictures when others' pictures are in the way
   * @throws IOException when the stream fails
   */
  public PictureOrigin verify(InputStream file, List<Object> place, Caller caller) throws IOException {
    try (PictureTurns.Turn turn = turns.take(caller)) {
      byte[] bytes = PictureReader.bytes(file, Math.toIntExact(settings.maxInputBytes()));
      String sha256 = Sha256.ofBytes(bytes);
      Signature signature = signature(Credentials.read(bytes, signers.anchors()));
      List<KnownPicture> same = pictures.exactly(sha256, caller, PictureOrigin.MOST_MATCHES);
      return same.isEmpty() ? bySight(bytes, sha256, signature, caller)
          : new PictureOrigin(sha256, PictureOrigin.EXACTLY, signature, matches(same), null);
    } catch (PictureRefused refused) {
      throw new InvalidRequest(List.of(new Problem("value_error", place, "Value error, " + refused.getMessage(), JsonValue.NULL)));
    }
  }

  private PictureOrigin bySight(byte[] bytes, String sha256, Signature signature, Caller caller) {
    try {
      List<KnownPicture> similar = pictures.similar(Look.of(PictureReader.read(bytes)), caller, PictureOrigin.MOST_MATCHES);
      return new PictureOrigin(sha256, similar.isEmpty() ? PictureOrigin.UNKNOWN : PictureOrigin.SIMILAR, signature, matches(similar), null);
    } catch (PictureRefused refused) {
      if (!isBroken(refused)) {
        throw refused;
      }
      return new PictureOrigin(sha256, PictureOrigin.UNKNOWN, signature, List.of(), refused.getMessage());
    }
  }

  /** Whoever changes a byte of a signed picture may break it: that its credentials do not hold is the answer then. */
  private static boolean isBroken(PictureRefused refused) {
    return switch (refused.reason()) {
      case CUT_OFF, DAMAGED -> true;
      case EMPTY, UNSUPPORTED_TYPE, ANIMATED, TOO_LARGE, EXTREME_PROPORTIONS -> false;
    };
  }

  private static Signature signature(Credentials credentials) {
    if (credentials instanceof Credentials.Valid valid) {
      return signed(Signature.VALID, null, valid.statement());
    }
    if (credentials instanceof Credentials.Untrusted untrusted) {
      return signed(Signature.UNTRUSTED, untrusted.reason(), untrusted.statement());
    }
    if (credentials instanceof Credentials.Invalid invalid) {
      return Signature.without(Signature.INVALID, invalid.reason());
    }
    if (credentials instanceof Credentials.Unsupported unsupported) {
      return Signature.without(Signature.UNSUPPORTED, unsupported.reason());
    }
    return Signature.without(Signature.NONE, null);
  }

  private static Signature signed(String status, String problem, Credentials.Statement statement) {
    return new Signature(status, problem, statement.signer(), statement.issuer(), statement.signedAt(),
        (statement.agent().name() + " " + statement.agent().version()).strip());
  }

  private static List<Match> matches(List<KnownPicture> found) {
    return found.stream().map(each -> new Match(each.distance(), each.taskId(), each.batchId().toString(), each.index(),
        each.isPng() ? "png" : "webp", each.finishedAt(), ImageStore.url(each.path(), null))).toList();
  }
}
