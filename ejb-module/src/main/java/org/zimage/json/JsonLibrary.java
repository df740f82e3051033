package org.zimage.json;

import jakarta.json.spi.JsonProvider;

/**
 * The JSON library, found once: {@code jakarta.json.Json} looks for it anew in every jar with every value that it
 * makes.
 */
public final class JsonLibrary {
  /** Thread-safe. */
  public static final JsonProvider JSON = JsonProvider.provider();

  private JsonLibrary() { }
}
