package org.zimage.web.access;

import jakarta.enterprise.context.RequestScoped;
import org.zimage.caller.Caller;

/** The caller of the present request; known after {@link KeyFilter}. */
@RequestScoped
public class CurrentCaller {
  private Caller caller;

  void is(Caller identified) {
    caller = identified;
  }

  /** @throws IllegalStateException on a route that asks for no key */
  public Caller get() {
    if (caller == null) {
      throw new IllegalStateException("Nobody was identified: the route is marked as open");
    }
    return caller;
  }
}
