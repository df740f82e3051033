package org.zimage.caller;

import org.zimage.audit.Actor;
import org.zimage.audit.Origin;

/** The caller of one request, and what the caller may see. The raw key lives only as long as the request. */
public sealed interface Caller permits Caller.Anonymous, Caller.Client, Caller.Administrator {
  Caller ANONYMOUS = new Anonymous(Origin.NODE);

  /** The key of this caller's row in api_clients; null for anonymous calls. */
  String clientId();

  /** The key as it was sent, to be echoed to its owner; null for anonymous calls. */
  String key();

  /** Where the call comes from. */
  Origin origin();

  /** As the audit calls the caller. */
  default Actor actor() {
    Actor.Kind kind = this instanceof Administrator ? Actor.Kind.ADMINISTRATOR
        : clientId() == null ? Actor.Kind.ANONYMOUS : Actor.Kind.CLIENT;
    return new Actor(kind, clientId(), origin());
  }

  /** Whether rows of every client are this caller's to see. */
  boolean seesEverything();

  /** Whether a row of this client (null: of nobody) is the caller's to see. */
  default boolean maySee(String ownerId) {
    return seesEverything() || clientId().equals(ownerId);
  }

  /** @throws AdministratorOnly for everybody else */
  default void requireAdministrator() {
    if (!(this instanceof Administrator)) {
      throw new AdministratorOnly();
    }
  }

  /** A call without a key, where authentication is off. */
  record Anonymous(Origin origin) implements Caller {
    @Override
    public String clientId() {
      return null;
    }

    @Override
    public String key() {
      return null;
    }

    @Override
    public boolean seesEverything() {
      return true;
    }
  }

  /** A client with a key of its own; sees what it made itself. */
  record Client(String clientId, String key, Origin origin) implements Caller {
    @Override
    public boolean seesEverything() {
      return false;
    }

    /** Without the key, so that it cannot reach a log. */
    @Override
    public String toString() {
      return "Client[" + clientId + "]";
    }
  }

  /** The holder of the administrator's key. */
  record Administrator(String key, Origin origin) implements Caller {
    public static final String ID = "admin";

    @Override
    public String clientId() {
      return ID;
    }

    @Override
    public boolean seesEverything() {
      return true;
    }

    /** Without the key, so that it cannot reach a log. */
    @Override
    public String toString() {
      return "Administrator";
    }
  }
}
