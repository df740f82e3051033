package org.zimage.webhook;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.zimage.api.ValidationError.Problem;
import org.zimage.error.InvalidRequest;
import org.zimage.settings.Settings;
import org.zimage.settings.WebhookSettings;

/** Decides which hosts may be called: those that the operator allows, at addresses that are globally routable. Thread-safe. */
@ApplicationScoped
public class WebhookHosts {
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|\\[.*]");

  private final WebhookSettings settings;

  protected WebhookHosts() {
    this.settings = null;
  }

  @Inject
  public WebhookHosts(Settings settings) {
    this.settings = settings.webhooks();
  }

  /**
   * Looks at an address before anything is promised; names are not looked up yet.
   *
   * @throws InvalidRequest when the operator does not allow it
   */
  public void require(Webhook webhook) {
    String host = webhook.url().getHost();
    if (!settings.isOn()) {
      throw refused(webhook, "webhooks are switched off on this server");
    }
    if (!isAllowed(host)) {
      throw refused(webhook, "this host is not among those that the server may call");
    }
    if (LITERAL.matcher(host).matches()) {
      try {
        resolve(host);
      } catch (HostRefused | UnknownHostException e) {
        throw refused(webhook, e.getMessage());
      }
    }
  }

  private static InvalidRequest refused(Webhook webhook, String why) {
    return new InvalidRequest(List.of(new Problem("value_error", List.of("body", "webhook_url"), "Value error, " + why,
        JSON.createValue(webhook.url().toString()))));
  }

  private boolean isAllowed(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return settings.hosts().stream().map(allowed -> allowed.toLowerCase(Locale.ROOT))
        .anyMatch(allowed -> allowed.startsWith("*.") ? name.endsWith(allowed.substring(1)) : name.equals(allowed));
  }

  /**
   * The address to connect to. The connection must be made to this very address: the name may have another one a moment
   * later.
   *
   * @throws HostRefused when the operator does not allow the host, or one of its addresses is private
   */
  InetAddress address(URI url) throws HostRefused, UnknownHostException {
    if (!settings.isOn() || !isAllowed(url.getHost())) {
      throw new HostRefused("this host is no longer among those that the server may call");
    }
    return resolve(url.getHost());
  }

  private InetAddress resolve(String host) throws HostRefused, UnknownHostException {
    InetAddress[] addresses = InetAddress.getAllByName(host);
    for (InetAddress address : addresses) {
      if (!settings.privateAddresses() && PublicInternet.lacks(address)) {
        throw new HostRefused(host + " has the private address " + address.getHostAddress());
      }
    }
    return addresses[0];
  }

  /** The host shall not be called. */
  static final class HostRefused extends Exception {
    HostRefused(String message) {
      super(message);
    }
  }
}
