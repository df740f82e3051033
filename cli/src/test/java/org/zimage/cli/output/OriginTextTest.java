package org.zimage.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.zimage.api.origin.PictureOrigin;
import org.zimage.api.origin.PictureOrigin.Match;
import org.zimage.api.origin.PictureOrigin.Signature;

class OriginTextTest {
  private static final Instant MADE = Instant.parse("2026-01-02T03:04:05Z");
  private static final String SERVER = "http://example.org/pictures";

  @Test
  void aFoundPictureIsToldWithItsTaskAndItsSigner() {
    Match match = new Match(4, "b0e4", "0d6b", 2, "png", MADE, "/pictures/generated-images/20260102/a.png");
    Signature signature = new Signature("untrusted", "nobody knows it", "CN=Some\u001b[2Jbody", "CN=Root", null, "Z-Image EE 1.0");

    assertThat(text(new PictureOrigin("9b1c", "similar", signature, List.of(match), null))).isEqualTo("""
        made here    one that looks the same
          task b0e4, picture 2 of batch 0d6b, png, %s, distance 4  http://example.org/pictures/generated-images/20260102/a.png
        credentials  untrusted: nobody knows it
        signed by    CN=Some\ufffd[2Jbody
        issued by    CN=Root
        signed at    not told: there is no time stamp of a trusted authority
        software     Z-Image EE 1.0
        sha256       9b1c
        """.formatted(HistoryTable.time(MADE)));
  }

  @Test
  void aBrokenPictureIsToldWithWhatIsWrong() {
    Signature signature = Signature.without("invalid", "the file was changed after it was signed");

    assertThat(text(new PictureOrigin("9b1c", "unknown", signature, List.of(), "The PNG file is damaged."))).isEqualTo("""
        made here    not found by its bytes; it could not be compared: The PNG file is damaged.
        credentials  invalid: the file was changed after it was signed
        sha256       9b1c
        """);
  }

  private static String text(PictureOrigin origin) {
    StringWriter text = new StringWriter();
    OriginText.print(origin, SERVER, new PrintWriter(text, true));
    return text.toString().replace(System.lineSeparator(), "\n");
  }
}
