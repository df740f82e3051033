package org.zimage.api.events;

import jakarta.json.bind.annotation.JsonbNillable;

/**
 * The answer to {@code GET /v1/webhooks}.
 *
 * @param enabled whether receivers are called
 * @param secret what the caller's receivers verify signatures with; null where webhooks are off
 */
public record Webhooks(boolean enabled, @JsonbNillable String secret) { }
