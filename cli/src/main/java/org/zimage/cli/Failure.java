package org.zimage.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.zimage.client.RequestRefused;
import org.zimage.client.ServerUnreachable;
import org.zimage.client.ZImageClientException;

/** What went wrong, in one line that says what to do about it, and as an exit code. */
record Failure(String line, int exitCode) {

  static Failure of(Throwable cause) {
    if (cause instanceof RequestRefused refused) {
      return new Failure(refused.detail() + remedy(refused), ExitCode.REFUSED);
    }
    if (cause instanceof ServerUnreachable) {
      return new Failure(cause.getMessage() + " (start one with './zimage up', or name another with --server or ZIMAGE_URL)",
          ExitCode.UNREACHABLE);
    }
    if (cause instanceof CommandFailed failed) {
      return new Failure(failed.getMessage(), failed.exitCode());
    }
    if (cause instanceof IllegalArgumentException) {
      return new Failure(cause.getMessage(), ExitCode.USAGE);
    }
    if (cause instanceof NoSuchFileException || cause instanceof AccessDeniedException) {
      return new Failure("cannot write " + cause.getMessage() + " (does the folder exist, and may you write there?)",
          ExitCode.FAILED);
    }
    // Of what was not written for people, the kind of failure is part of the message
    boolean forPeople = cause instanceof ZImageClientException || cause.getClass().getName().startsWith("org.zimage.");
    return new Failure(forPeople || cause instanceof IOException && cause.getMessage() != null && cause.getMessage().contains(" ")
        ? cause.getMessage() : cause.toString(), ExitCode.FAILED);
  }

  private static String remedy(RequestRefused refused) {
    return switch (refused.status()) {
      case 401 -> " (give the key with ZIMAGE_KEY or --key)";
      case 403 -> " (another key may be: see ZIMAGE_KEY and --key)";
      case 404 -> refused.detail().equals("Not Found") ? " (is this the address of a Z-Image server? see --server)" : "";
      case 429, 503 -> refused.retryAfter().map(pause -> " (try again in " + pause.toSeconds() + " s)")
          .orElse(" (try again later)");
      default -> "";
    };
  }
}
