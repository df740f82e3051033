package org.zimage.web.v1;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.zimage.api.events.Webhooks;
import org.zimage.web.access.CurrentCaller;
import org.zimage.webhook.WebhookSecrets;

/** What receivers of webhooks need to know. */
@Path("v1/webhooks")
@Produces(MediaType.APPLICATION_JSON)
public class WebhooksResource {
  private final WebhookSecrets secrets;
  private final CurrentCaller caller;

  @Inject
  public WebhooksResource(WebhookSecrets secrets, CurrentCaller caller) {
    this.secrets = secrets;
    this.caller = caller;
  }

  /** Whether webhooks are on, and the secret that the caller's receivers verify signatures with. */
  @GET
  public Webhooks webhooks() {
    String secret = secrets.of(caller.get().clientId()).orElse(null);
    return new Webhooks(secret != null, secret);
  }
}
