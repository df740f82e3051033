package org.zimage.caller;

import jakarta.enterprise.context.ApplicationScoped;

/** Tells who is calling from the key that came with the call. Thread-safe. */
@ApplicationScoped
public class Callers {

  /**
   * The caller that a key stands for; a client that is seen for the first time gets its row in api_clients.
   *
   * @param key as it was sent; null when there was none
   * @throws KeyMissing when authentication is on and there is no key
   * @throws KeyNotAllowed when the key is not accepted
   */
  public Caller identify(String key) {
    throw new UnsupportedOperationException("Callers.identify is not built yet");
  }
}
