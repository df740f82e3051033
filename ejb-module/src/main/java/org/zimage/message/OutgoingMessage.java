package org.zimage.message;

import java.util.Map;
import java.util.UUID;

/**
 * A text message for another system.
 *
 * @param id the same every time the message is sent: brokers and receivers know by it what they have already
 * @param destination where it goes
 * @param subject what it is about: messages of one subject to one destination are sent in the order in which they were
 *     added
 * @param type the kind of message, also a property of it
 * @param correlationId what the receiver knows its request by; null for none
 * @param properties strings and whole numbers for selectors
 * @param body its text, JSON
 */
public record OutgoingMessage(UUID id, Address destination, String subject, String type, String correlationId,
    Map<String, Object> properties, String body) { }
