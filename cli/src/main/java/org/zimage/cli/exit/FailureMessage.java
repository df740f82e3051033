package org.zimage.cli.exit;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.stream.Collectors;
import org.zimage.client.RequestRefused;
import org.zimage.client.ServerUnreachable;
import org.zimage.client.trust.CertificateProblem;

/** A failure as one line, which says what to do, and as an exit code. */
public record FailureMessage(String line, int exitCode) {

  /** The option of each field of a request, by the field's name. */
  private static final Map<String, String> OPTIONS = Map.ofEntries(
      Map.entry("prompt", "PROMPT"), Map.entry("width", "--size"), Map.entry("height", "--size"),
      Map.entry("num_inference_steps", "--steps"), Map.entry("guidance_scale", "--guidance"),
      Map.entry("seed", "--seed"), Map.entry("negative_prompt", "--negative-prompt"),
      Map.entry("cfg_normalization", "--cfg-normalization"), Map.entry("cfg_truncation", "--cfg-truncation"),
      Map.entry("max_sequence_length", "--max-sequence-length"), Map.entry("model", "--model"),
      Map.entry("metadata", "--metadata"), Map.entry("noise", "--noise"), Map.entry("image", "--image"),
      Map.entry("mask_image", "--mask"), Map.entry("strength", "--strength"),
      Map.entry("preserve_unmasked", "--preserve-unmasked"), Map.entry("loras", "--lora"),
      Map.entry("name", "--name"), Map.entry("file", "FILE"));

  public static FailureMessage of(Throwable cause) {
    if (cause instanceof RequestRefused refused) {
      return new FailureMessage(detail(refused) + remedy(refused), ExitCode.REFUSED);
    }
    if (cause instanceof ServerUnreachable unreachable) {
      return new FailureMessage(cause.getMessage() + unreachable.certificateProblem().map(FailureMessage::remedy)
          .orElse(" (start one with './zimage up', or name another with --server or ZIMAGE_URL)"), ExitCode.UNREACHABLE);
    }
    if (cause instanceof CommandFailed failed) {
      return new FailureMessage(failed.getMessage(), failed.exitCode());
    }
    if (cause instanceof IllegalArgumentException) {
      return new FailureMessage(text(cause), ExitCode.USAGE);
    }
    if (cause instanceof NoSuchFileException || cause instanceof AccessDeniedException) {
      return new FailureMessage("cannot write " + cause.getMessage() + " (does the folder exist, and may you write there?)",
          ExitCode.FAILED);
    }
    return new FailureMessage(text(cause), ExitCode.FAILED);
  }

  /** The message of a failure. Where the message was not written for people, it begins with the exception's class. */
  public static String text(Throwable cause) {
    boolean isForPeople = cause.getClass().getName().startsWith("org.zimage.")
        || cause instanceof IllegalArgumentException;
    return isForPeople && cause.getMessage() != null ? cause.getMessage() : cause.toString();
  }

  private static String detail(RequestRefused refused) {
    if (refused.problems().isEmpty()) {
      return refused.detail();
    }
    return refused.problems().stream()
        .map(problem -> OPTIONS.getOrDefault(problem.field(), problem.field()) + ": " + problem.message()
            + " (got " + problem.input() + ")")
        .distinct()
        .collect(Collectors.joining("; "));
  }

  private static String remedy(CertificateProblem problem) {
    return switch (problem) {
      case UNKNOWN_AUTHORITY -> " (name the authority's PEM file in ZIMAGE_CA_CERTIFICATES)";
      case OTHER_NAME -> " (name the server as its certificate does, with --server or ZIMAGE_URL)";
      case EXPIRED -> " (have it renewed; or is the clock of this machine wrong?)";
      case NOT_YET_VALID -> " (is the clock of this machine right?)";
      case NOT_ACCEPTED -> " (have it replaced, or name another server with --server or ZIMAGE_URL)";
    };
  }

  private static String remedy(RequestRefused refused) {
    return switch (refused.status()) {
      case 401 -> " (give the key with ZIMAGE_KEY or --key)";
      case 403 -> " (another key may be: see ZIMAGE_KEY and --key)";
      case 404 -> refused.detail().equals("Not Found")
          ? " (is this the address of a Z-Image server? see --server)" : "";
      case 429, 503 -> refused.retryAfter().map(pause -> " (try again in " + pause.toSeconds() + " s)")
          .orElse(" (try again later)");
      default -> "";
    };
  }
}
