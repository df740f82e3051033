package org.zimage.launcher.artemis;

import java.util.regex.Pattern;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQInvalidFilterExpressionException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.postoffice.QueueBinding;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerConsumerPlugin;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerQueuePlugin;

/**
 * Refuses selectors that could occupy the broker for long. The broker evaluates a topic's selectors while the sender waits. It
 * makes a regular expression of a LIKE pattern, and each % multiplies the time by the length of the property. All protocols pass
 * here: a subscription is a queue with a filter, and a consumer or browser of a queue has a selector of its own. Thread-safe.
 */
final class SelectorLimitPlugin implements ActiveMQServerQueuePlugin, ActiveMQServerConsumerPlugin {
  private static final int MAX_CHARACTERS = 1_000;
  private static final int MAX_WILDCARDS = 2;
  private static final Pattern XML = Pattern.compile("\\b(XPATH|XQUERY)\\b", Pattern.CASE_INSENSITIVE);

  @Override
  public void beforeCreateQueue(QueueConfiguration queue) throws ActiveMQException {
    require(queue.getFilterString());
  }

  @Override
  public void beforeCreateConsumer(long consumer, QueueBinding queue, SimpleString selector, boolean browses,
      boolean takesLargeMessages) throws ActiveMQException {
    require(selector);
  }

  private static void require(SimpleString given) throws ActiveMQException {
    if (given == null) {
      return;
    }
    String selector = given.toString();
    if (selector.length() > MAX_CHARACTERS) {
      throw refusal("got " + selector.length() + " characters");
    }
    if (XML.matcher(selector).find()) {
      throw refusal("got XPATH or XQUERY");
    }
    // A doubled quote belongs to its text. So this never splits a text.
    for (String part : selector.replace("''", "").split("'")) {
      if (part.chars().filter(character -> character == '%').count() > MAX_WILDCARDS) {
        throw refusal("got more in " + part);
      }
    }
  }

  private static ActiveMQException refusal(String got) {
    return new ActiveMQInvalidFilterExpressionException("A selector has at most " + MAX_CHARACTERS + " characters, at most two % "
        + "in a LIKE pattern, and neither XPATH nor XQUERY (" + got + ")");
  }
}
