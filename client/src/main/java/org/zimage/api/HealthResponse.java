package org.zimage.api;

import jakarta.json.bind.annotation.JsonbNillable;
import java.util.Map;

/**
 * The answer to {@code GET /health}.
 *
 * @param status {@code ok} or {@code degraded}
 * @param environment the installation's name
 * @param checks what works and what does not, {@code ok} or a word for the trouble; only where something is wrong
 */
public record HealthResponse(
    String status,
    String environment,
    @JsonbNillable(false) Map<String, String> checks) { }
