package org.zimage.webhook;

import jakarta.json.JsonArray;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Set;
import org.zimage.request.RequestReader;
import org.zimage.task.TaskState;

/** Reads the webhook that a request names. */
public final class WebhookReader {
  private static final String URL = "webhook_url";
  private static final String EVENTS = "webhook_events";
  private static final int MAX_URL = 2000;
  private static final int MAX_PORT = 65_535;

  private WebhookReader() { }

  /**
   * @param fields of the request; takes what is wrong
   * @return null when the request names none, or a wrong one
   */
  public static Webhook read(RequestReader fields) {
    Set<TaskState> events = events(fields);
    JsonValue value = fields.value(URL);
    if (value.getValueType() == JsonValue.ValueType.NULL) {
      return null;
    }
    URI url = value instanceof JsonString text ? url(text.getString()) : null;
    if (url == null) {
      fields.refuse(URL, "a webhook's address is http(s)://host[:port]/path without user and fragment");
      return null;
    }
    return new Webhook(url, events);
  }

  private static URI url(String text) {
    try {
      URI url = new URI(text);
      boolean usable = ("https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme()))
          && url.getHost() != null && isPort(url.getPort()) && url.getRawUserInfo() == null && url.getRawFragment() == null
          && text.length() <= MAX_URL
          && text.chars().allMatch(character -> character > ' ' && character < 0x7F);
      return usable ? url : null;
    } catch (URISyntaxException | NumberFormatException e) {
      // The same answer as for another scheme; Java throws the second for numbers in an address of IPv6
      return null;
    }
  }

  /** -1 stands for the scheme's own. */
  private static boolean isPort(int port) {
    return port == -1 || port > 0 && port <= MAX_PORT;
  }

  private static Set<TaskState> events(RequestReader fields) {
    JsonValue value = fields.value(EVENTS);
    if (value.getValueType() == JsonValue.ValueType.NULL) {
      return Webhook.ENDS;
    }
    List<String> known = WebhookEvents.types();
    if (value instanceof JsonArray list && !list.isEmpty()
        && list.stream().allMatch(type -> type instanceof JsonString text && known.contains(text.getString()))) {
      return WebhookEvents.parse(list.getValuesAs(JsonString::getString));
    }
    fields.refuse(EVENTS, "webhook_events is a list of " + String.join(", ", known));
    return Webhook.ENDS;
  }
}
