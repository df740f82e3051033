package org.zimage.cli.output;

import java.io.PrintWriter;
import org.zimage.api.origin.PictureOrigin;
import org.zimage.api.origin.PictureOrigin.Match;
import org.zimage.api.origin.PictureOrigin.Signature;

/** Where a picture comes from, as text for people. */
public final class OriginText {
  private static final String LINE = "%-12s %s%n";

  private OriginText() { }

  public static void print(PictureOrigin origin, String url, PrintWriter out) {
    out.printf(LINE, "made here", madeHere(origin));
    for (Match match : origin.matches()) {
      out.printf("  task %s, picture %d of batch %s, %s, %s%s  %s%n", match.taskId(), match.index(), match.batchId(), match.format(),
          HistoryTable.time(match.madeAt()), match.distance() == 0 ? "" : ", distance " + match.distance(),
          TaskText.address(match.imageUrl(), url));
    }
    Signature signature = origin.credentials();
    String problem = signature.problem() == null ? "" : ": " + TaskText.printable(signature.problem());
    out.printf(LINE, "credentials", signature.status() + problem);
    if (signature.signer() != null) {
      out.printf(LINE, "signed by", TaskText.printable(signature.signer()));
      out.printf(LINE, "issued by", TaskText.printable(signature.issuer()));
      out.printf(LINE, "signed at", signature.signedAt() == null ? "not told: there is no time stamp of a trusted authority"
          : HistoryTable.time(signature.signedAt()));
      out.printf(LINE, "software", TaskText.printable(signature.software()));
    }
    out.printf(LINE, "sha256", origin.sha256());
  }

  private static String madeHere(PictureOrigin origin) {
    if (origin.unreadable() != null) {
      return "not found by its bytes; it could not be compared: " + origin.unreadable();
    }
    return switch (origin.madeHere()) {
      case PictureOrigin.EXACTLY -> "yes, exactly this file";
      case PictureOrigin.SIMILAR -> "one that looks the same";
      default -> "not found";
    };
  }
}
