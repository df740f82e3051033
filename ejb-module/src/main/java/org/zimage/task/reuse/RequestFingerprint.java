package org.zimage.task.reuse;

import org.zimage.api.GenerateImageRequest;
import org.zimage.api.json.Bodies;
import org.zimage.request.Sha256;
import org.zimage.task.GenerationParameters;

/**
 * What a client has asked for, as a hash. Two tasks with one fingerprint get equal files from workers of one {@link Manner}. The client is
 * part of it: no query finds another client's picture.
 *
 * @param hash SHA-256, 64 lower-case hexadecimal digits
 */
public record RequestFingerprint(String hash) {
  /** What it is the hash of, as JSON. */
  private record Asked(String client, GenerateImageRequest request) { }

  /**
   * Of what a client asks for. What is left out and what is asked for by its default are the same.
   *
   * @param client null for callers without a name, who are one client
   * @param parameters with the seed, the size, and the checksums of pictures and adapters
   */
  public static RequestFingerprint of(String client, GenerationParameters parameters) {
    GenerateImageRequest request = parameters.request().withEmbedParameters(parameters.embedsParameters())
        .withNoise(parameters.noise() == null ? "cpu" : parameters.noise())
        .withGuidance(parameters.guidanceScale(), parameters.negativePrompt() == null ? "" : parameters.negativePrompt())
        .withCfgNormalization(parameters.cfgNormalization() == null ? 0 : parameters.cfgNormalization())
        .withPreserveUnmasked(parameters.preservesUnmasked()).withStrength(parameters.strength());
    return new RequestFingerprint(Sha256.hex(Bodies.text(new Asked(client, request))));
  }
}
