package org.zimage.caller;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import org.zimage.audit.Actor;
import org.zimage.audit.Origin;
import org.zimage.resources.ReadOnlyQueries;
import org.zimage.settings.Settings;

/** Finds the caller of a request from its key. Thread-safe. */
@ApplicationScoped
public class Callers {
  private static final Logger LOG = Logger.getLogger(Callers.class.getName());
  private static final int MAX_KEY_LENGTH = 512;
  private static final int RANDOM_KEY_BYTES = 16;

  /** Digits of the hash in a client's id: the first that is free, since two keys may share their first eight. */
  private static final int[] ID_DIGITS = {8, 16, 64};

  private final ReadOnlyQueries queries;
  private final Registration registration;
  private final RequestRate rate;
  private final boolean authEnabled;
  private final ApiKeyHash adminKey;
  private final List<ApiKeyHash> allowedKeys;

  protected Callers() {
    this.queries = null;
    this.registration = null;
    this.rate = null;
    this.authEnabled = true;
    this.adminKey = null;
    this.allowedKeys = List.of();
  }

  @Inject
  public Callers(ReadOnlyQueries queries, Registration registration, RequestRate rate, Settings settings, RandomGenerator random) {
    this.queries = queries;
    this.registration = registration;
    this.rate = rate;
    this.authEnabled = settings.authEnabled();
    this.adminKey = adminKey(settings, random);
    this.allowedKeys = settings.allowedKeys().stream().map(ApiKeyHash::of).toList();
  }

  /**
   * The caller that a key stands for; a client that is seen for the first time gets its row in api_clients.
   *
   * @param key as it was sent; null when there was none
   * @param origin where the call comes from
   * @throws KeyMissing when authentication is on and there is no key
   * @throws KeyNotAllowed when the key is not accepted
   * @throws LimitReached when too many keys that are not listed came for the first time
   */
  public Caller identify(String key, Origin origin) {
    if (key == null || key.isBlank()) {
      if (authEnabled) {
        throw new KeyMissing();
      }
      return new Caller.Anonymous(origin);
    }
    if (!isUsable(key)) {
      throw new KeyNotAllowed();
    }
    ApiKeyHash hash = ApiKeyHash.of(key);
    if (adminKey != null && adminKey.matches(hash)) {
      Caller administrator = new Caller.Administrator(key, origin);
      registerAdministrator(hash, administrator.actor());
      return administrator;
    }
    if (!mayBeUsed(hash)) {
      throw new KeyNotAllowed();
    }
    return new Caller.Client(register(hash, origin), key, origin);
  }

  /**
   * Who has sent what was refused: nobody is registered for it.
   *
   * @param key as it was sent; null when there was none
   */
  public Actor actor(String key, Origin origin) {
    if (key == null || key.isBlank()) {
      return authEnabled ? Actor.stranger(origin) : new Caller.Anonymous(origin).actor();
    }
    ApiKeyHash hash = ApiKeyHash.of(key);
    if (adminKey != null && adminKey.matches(hash)) {
      return new Caller.Administrator(key, origin).actor();
    }
    Optional<Known> known = mayBeUsed(hash) ? read(hash).filter(Known::isUsable) : Optional.empty();
    return known.map(client -> new Caller.Client(client.id(), key, origin).actor()).orElse(Actor.stranger(origin));
  }

  private boolean mayBeUsed(ApiKeyHash hash) {
    return !authEnabled || allowedKeys.isEmpty() || isAllowed(hash);
  }

  private static ApiKeyHash adminKey(Settings settings, RandomGenerator random) {
    if (settings.adminKey() != null) {
      return ApiKeyHash.of(settings.adminKey());
    }
    if (!settings.authEnabled()) {
      return null;
    }
    byte[] bytes = new byte[RANDOM_KEY_BYTES];
    random.nextBytes(bytes);
    String drawn = HexFormat.of().formatHex(bytes);
    LOG.warning("API_ADMIN_KEY is not set: until the next start the administrator's key is " + drawn);
    return ApiKeyHash.of(drawn);
  }

  private static boolean isUsable(String key) {
    return key.length() <= MAX_KEY_LENGTH && key.chars().noneMatch(Character::isISOControl);
  }

  /** Looks at every key of the list, so that the time says nothing about which of them it was. */
  private boolean isAllowed(ApiKeyHash hash) {
    boolean allowed = false;
    for (ApiKeyHash known : allowedKeys) {
      allowed |= known.matches(hash);
    }
    return allowed;
  }

  private String register(ApiKeyHash hash, Origin origin) {
    Optional<String> known = known(hash);
    if (known.isPresent()) {
      return known.get();
    }
    rate.countNewKey();
    for (int digits : ID_DIGITS) {
      String id = "key_" + hash.hex().substring(0, digits);
      if (registration.client(id, hash, origin)) {
        return id;
      }
      // Another call with this key may have come first
      known = known(hash);
      if (known.isPresent()) {
        return known.get();
      }
    }
    throw new IllegalStateException("There is no free id for a client whose key's hash is " + hash.hex());
  }

  private Optional<String> known(ApiKeyHash hash) {
    return read(hash).map(Callers::active);
  }

  private Optional<Known> read(ApiKeyHash hash) {
    return queries.list("SELECT id, is_active FROM api_clients WHERE api_key_hash = ?",
        row -> new Known(row.getString(1), row.getBoolean(2)), hash.hex()).stream().findFirst();
  }

  private record Known(String id, boolean isActive) {
    boolean isUsable() {
      return isActive && !id.equals(Caller.Administrator.ID);
    }
  }

  private static String active(Known client) {
    if (!client.isUsable()) {
      throw new KeyNotAllowed();
    }
    return client.id();
  }

  private void registerAdministrator(ApiKeyHash hash, Actor administrator) {
    List<String> known = queries.list("SELECT api_key_hash FROM api_clients WHERE id = ?", row -> row.getString(1),
        Caller.Administrator.ID);
    if (!known.contains(hash.hex())) {
      registration.administrator(hash, administrator);
    }
  }
}
