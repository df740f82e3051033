package org.zimage.message;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.zimage.settings.Settings;

/**
 * Which queues and topics a request may have its answers sent to. They are sent with this server's own rights: who may
 * only send requests must not reach other queues through it. Thread-safe.
 */
@ApplicationScoped
public class ReplyAddresses {
  /** Artemis names temporary queues so, whatever the protocol. */
  private static final Pattern TEMPORARY = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  /** No wildcards, options (?), queues of an address (::) or schemes (://). */
  private static final Pattern NAME = Pattern.compile("(?!.*:[:/])[\\p{L}\\p{N}._/:@$+=~-]{1,255}");
  private static final Pattern INSIDE =
      Pattern.compile("(jms\\.(temp-?)?(queue|topic)\\.)*(zimage|activemq|\\$sys|\\$\\.artemis)\\..*");

  private final Set<String> prefixes;

  protected ReplyAddresses() {
    this((Set<String>) null);
  }

  @Inject
  public ReplyAddresses(Settings settings) {
    this(settings.replyPrefixes());
  }

  ReplyAddresses(Set<String> prefixes) {
    this.prefixes = prefixes;
  }

  /** @throws UnreadableMessage for an address that is not one for answers */
  void require(Address address) {
    String name = address.name();
    if (TEMPORARY.matcher(name).matches()) {
      return;
    }
    boolean allowed = NAME.matcher(name).matches() && !INSIDE.matcher(name.toLowerCase(Locale.ROOT)).matches()
        && prefixes.stream().anyMatch(name::startsWith);
    if (!allowed) {
      throw new UnreadableMessage(UnreadableMessage.FORBIDDEN, "JMSReplyTo must be a temporary queue, or begin with one of "
          + "ZIMAGE_REPLY_PREFIXES (got " + (name.length() > 100 ? name.substring(0, 100) + "…" : name) + ")");
    }
  }
}
