package org.zimage.message;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.zimage.api.json.Bodies;
import org.zimage.resources.AlongIndexes;

/**
 * The messages that the broker does not have yet, in the database: committed with what they tell about, and there until
 * they are sent. Thread-safe; several nodes may send at the same time.
 */
@ApplicationScoped
public class Outbox {
  /** A node that has taken messages and is not heard of again for so long has not sent them. */
  private static final int SENDING_SECONDS = 30;

  private final EntityManager entities;
  private final Event<MessageAdded> added;

  protected Outbox() {
    this(null, null);
  }

  @Inject
  public Outbox(EntityManager entities, Event<MessageAdded> added) {
    this.entities = entities;
    this.added = added;
  }

  /** There is something to send once the transaction is committed. */
  record MessageAdded() { }

  /**
   * A message that this node has taken to send.
   *
   * @param row its place in the outbox
   * @param attempts how often it was taken, this time included
   */
  record Taken(long row, int attempts, OutgoingMessage message) { }

  private record Row(@JsonbProperty("message_id") String messageId, String destination, String subject, String type,
      @JsonbProperty("correlation_id") String correlationId, Map<String, Object> properties, String body) { }

  /** Adds messages in this order, in the transaction of what they tell about. */
  @Transactional(TxType.MANDATORY)
  public void add(List<OutgoingMessage> messages) {
    if (messages.isEmpty()) {
      return;
    }
    List<Row> rows = messages.stream().map(message -> new Row(message.id().toString(), message.destination().toString(),
        message.subject(), message.type(), message.correlationId(), message.properties(), message.body())).toList();
    entities.createNativeQuery("""
        INSERT INTO outgoing_messages (message_id, destination, subject, type, correlation_id, properties, body)
        SELECT * FROM json_to_recordset(CAST(?1 AS json)) AS added (
          message_id uuid, destination text, subject text, type text, correlation_id text, properties jsonb,
          body text)""")
        .setParameter(1, Bodies.text(rows)).executeUpdate();
    added.fire(new MessageAdded());
  }

  /**
   * Takes messages that are due, of one subject and destination only the first, so that no node overtakes another. This commit does not
   * wait for the disk, and neither does that of {@link #remove}, where the commits of requests are waiting behind them: what a database
   * that dies forgets of them is only sent again, under the same id.
   *
   * @return in the order in which they were added
   */
  @Transactional
  List<Taken> take(int limit) {
    AlongIndexes.read(entities);
    List<?> rows = entities.createNativeQuery("""
        UPDATE outgoing_messages SET attempts = attempts + 1,
          due_at = clock_timestamp() + interval '%d seconds'
        FROM set_config('synchronous_commit', 'off', true) relaxed
        WHERE id = ANY (ARRAY (
          SELECT id FROM outgoing_messages message
          WHERE due_at <= clock_timestamp() AND NOT EXISTS (
            SELECT 1 FROM outgoing_messages earlier WHERE earlier.subject = message.subject
              AND earlier.destination = message.destination AND earlier.id < message.id OFFSET 0)
          ORDER BY id LIMIT ?1 FOR UPDATE SKIP LOCKED))
        RETURNING id, attempts, message_id, destination, subject, type, correlation_id, CAST(properties AS text), body"""
        .formatted(SENDING_SECONDS)).setParameter(1, limit).getResultList();
    return rows.stream().map(Object[].class::cast).map(Outbox::taken)
        .sorted(Comparator.comparingLong(Taken::row)).toList();
  }

  /** Forgets messages: they were sent, or nobody can have them. */
  @Transactional
  void remove(Collection<Taken> messages) {
    entities.createNativeQuery(
        "DELETE FROM outgoing_messages USING set_config('synchronous_commit', 'off', true) relaxed "
        + "WHERE id = ANY (CAST(string_to_array(?1, ',') AS bigint[]))")
        .setParameter(1, rows(messages)).executeUpdate();
  }

  /** Gives messages back that were not tried. */
  @Transactional
  void giveBack(Collection<Taken> messages) {
    entities.createNativeQuery("""
        UPDATE outgoing_messages SET attempts = attempts - 1, due_at = clock_timestamp()
        WHERE id = ANY (CAST(string_to_array(?1, ',') AS bigint[]))""").setParameter(1, rows(messages)).executeUpdate();
  }

  /** Gives a message back that the broker has refused, to be tried again after a while. */
  @Transactional
  void postpone(Taken message, int seconds) {
    entities.createNativeQuery("""
        UPDATE outgoing_messages SET due_at = clock_timestamp() + CAST(?2 AS integer) * interval '1 second' WHERE id = ?1""")
        .setParameter(1, message.row()).setParameter(2, seconds).executeUpdate();
  }

  /**
   * Forgets all messages to a destination that is gone, and that anybody waits there for more.
   *
   * @return how many messages there were
   */
  @Transactional
  int drop(Address destination) {
    entities.createNativeQuery("DELETE FROM reply_addresses WHERE destination = ?1")
        .setParameter(1, destination.toString()).executeUpdate();
    return entities.createNativeQuery("DELETE FROM outgoing_messages WHERE destination = ?1")
        .setParameter(1, destination.toString()).executeUpdate();
  }

  private static String rows(Collection<Taken> messages) {
    return messages.stream().map(message -> Long.toString(message.row())).collect(Collectors.joining(","));
  }

  private static Taken taken(Object[] row) {
    @SuppressWarnings("unchecked")
    Map<String, Object> properties = Bodies.JSONB.fromJson((String) row[7], Map.class);
    return new Taken(((Number) row[0]).longValue(), ((Number) row[1]).intValue(), new OutgoingMessage((UUID) row[2],
        Address.parse((String) row[3]), (String) row[4], (String) row[5], (String) row[6], properties,
        (String) row[8]));
  }
}
