import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.zimage.picture.Picture;
import org.zimage.picture.credentials.Provenance;
import org.zimage.picture.credentials.Provenance.SoftwareAgent;
import org.zimage.picture.credentials.Signer;
import org.zimage.picture.credentials.TrialAuthority;
import org.zimage.picture.decoding.PictureReader;
import org.zimage.picture.encoding.EncodedPicture;
import org.zimage.picture.marking.DigitalSourceType;
import org.zimage.picture.marking.Marks;

/**
 * Encodes one picture again and again, without and with credentials in turn. Started by credentials.py with the picture's file and the
 * number of rounds. Writes a line for each round: the nanoseconds without and with credentials, of signing the PNG and of signing the WebP
 * alone; and a last line with the sizes in bytes of the PNG without and with credentials, and of the WebP without and with.
 */
final class CredentialTimes {
  private static final Marks MARKS = new Marks(DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA, null);
  private static final Signer SIGNER = new Signer(TrialAuthority.make(Clock.systemUTC()).key(), null);
  private static final Provenance PROVENANCE = new Provenance(MARKS.source().uri(), SoftwareAgent.product(), null, null);

  private CredentialTimes() {}

  public static void main(String[] args) throws IOException {
    Picture picture = PictureReader.read(Files.readAllBytes(Path.of(args[0])));
    EncodedPicture plain = encode(picture, UnaryOperator.identity());
    EncodedPicture signed = encode(picture, CredentialTimes::sign);
    for (int round = Integer.parseInt(args[1]); round > 0; round--) {
      System.out.println(nanoseconds(() -> encode(picture, UnaryOperator.identity())) + " "
          + nanoseconds(() -> encode(picture, CredentialTimes::sign)) + " "
          + nanoseconds(() -> sign(plain.png())) + " " + nanoseconds(() -> sign(plain.webp())));
    }
    System.out.println(plain.png().length + " " + signed.png().length + " " + plain.webp().length + " " + signed.webp().length);
  }

  private static EncodedPicture encode(Picture picture, UnaryOperator<byte[]> finish) {
    return EncodedPicture.of(picture.width(), picture.height(), picture.rgb(), Map.of(), MARKS, finish);
  }

  private static byte[] sign(byte[] file) {
    return SIGNER.sign(file, PROVENANCE);
  }

  private static long nanoseconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return System.nanoTime() - start;
  }
}
