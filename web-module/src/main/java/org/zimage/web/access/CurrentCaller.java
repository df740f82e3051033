package org.zimage.web.access;

import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import org.zimage.caller.Caller;

/** The caller of the present request; known after {@link KeyFilter}. */
@RequestScoped
public class CurrentCaller {
  private Caller caller;

  void is(Caller identified) {
    caller = identified;
  }

  /** Empty when the request was refused before it was known who sent it. */
  public Optional<Caller> known() {
    return Optional.ofNullable(caller);
  }

  /** @throws IllegalStateException on a route that asks for no key */
  public Caller get() {
    if (caller == null) {
      throw new IllegalStateException("Nobody was identified: the route is marked as open");
    }
    return caller;
  }
}
