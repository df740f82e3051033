package org.zimage.webhook;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.zimage.settings.Settings;
import org.zimage.settings.WebhookSettings;

/**
 * Signs calls as Standard Webhooks specifies (HMAC-SHA256 over {@code id.timestamp.body}). Each client has a secret of its own, so that
 * no client can sign calls to another. A client's secret is derived from the operator's and stored nowhere. Thread-safe.
 */
@ApplicationScoped
public class WebhookSecrets {
  private static final String ALGORITHM = "HmacSHA256";

  private final WebhookSettings settings;

  protected WebhookSecrets() {
    this.settings = null;
  }

  @Inject
  public WebhookSecrets(Settings settings) {
    this.settings = settings.webhooks();
  }

  /**
   * A client's secret, in the form that libraries of Standard Webhooks take; empty while webhooks are off.
   *
   * @param clientId null for anonymous callers
   */
  public Optional<String> of(String clientId) {
    return settings.isOn() ? Optional.of("whsec_" + Base64.getEncoder().encodeToString(bytes(clientId)))
        : Optional.empty();
  }

  /**
   * The value of the header {@code webhook-signature}.
   *
   * @param seconds since 1970, as in the header {@code webhook-timestamp}
   */
  String sign(String clientId, String id, long seconds, String body) {
    byte[] signature = hmac(bytes(clientId), id + "." + seconds + "." + body);
    return "v1," + Base64.getEncoder().encodeToString(signature);
  }

  private byte[] bytes(String clientId) {
    return hmac(settings.secret(), "webhooks of " + (clientId == null ? "nobody" : "client " + clientId));
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
    }
  }
}
