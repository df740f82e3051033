package org.zimage.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.arjuna.ats.jta.UserTransaction;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.audit.Origin;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.resources.ReadOnlyQueries;
import org.zimage.settings.Settings;

@ExtendWith(Platform.class)
class CallersTest {
  private static final String HASH_OF_CLIENT_KEY_1 = ApiKeyHash.of("client-key-1").hex();

  private final Database database = new Database();
  private final Callers callers = Platform.bean(Callers.class);

  @Test
  void aClientIsRegisteredWithTheHashOfItsKeyOnly() {
    Caller caller = callers.identify("client-key-1", Origin.NODE);

    assertThat(caller).isEqualTo(new Caller.Client("key_" + HASH_OF_CLIENT_KEY_1.substring(0, 8), "client-key-1", Origin.NODE));
    assertThat(caller.seesEverything()).isFalse();
    assertThat(database.row("SELECT * FROM api_clients")).containsEntry("id", caller.clientId())
        .containsEntry("api_key_hash", HASH_OF_CLIENT_KEY_1).containsEntry("role", "client").containsEntry("is_active", true);
    assertThat(database.row("SELECT * FROM api_clients").values()).doesNotContain("client-key-1");
  }

  @Test
  void aClientThatComesAgainIsTheSame() {
    assertThat(callers.identify("client-key-1", Origin.NODE)).isEqualTo(callers.identify("client-key-1", Origin.NODE));

    assertThat(database.number("SELECT count(*) FROM api_clients")).isOne();
  }

  @Test
  void twoKeysWhoseHashesBeginAlikeAreTwoClients() {
    database.execute("INSERT INTO api_clients (id, api_key_hash) VALUES ('key_" + HASH_OF_CLIENT_KEY_1.substring(0, 8)
        + "', 'another')");

    assertThat(callers.identify("client-key-1", Origin.NODE).clientId()).isEqualTo("key_" + HASH_OF_CLIENT_KEY_1.substring(0, 16));
    assertThat(callers.identify("client-key-1", Origin.NODE).clientId()).isEqualTo("key_" + HASH_OF_CLIENT_KEY_1.substring(0, 16));
  }

  @Test
  void keysThatAreMadeUpForEachCallDoNotFillTheTable() {
    IntStream.range(0, 3 * UnlistedKeys.NEW_A_MINUTE).forEach(i -> catchThrowable(() -> callers.identify("made up " + i, Origin.NODE)));

    // They may fall into two of the clock's minutes
    assertThat(database.number("SELECT count(*) FROM api_clients"))
        .isBetween((long) UnlistedKeys.NEW_A_MINUTE, 2L * UnlistedKeys.NEW_A_MINUTE);
    assertThat(callers.identify("made up 0", Origin.NODE)).isInstanceOf(Caller.Client.class);
  }

  @Test
  void aClientOfAnOlderInstallationKeepsItsId() {
    database.execute("INSERT INTO api_clients (id, api_key_hash) VALUES ('studio', '" + HASH_OF_CLIENT_KEY_1 + "')");

    assertThat(callers.identify("client-key-1", Origin.NODE).clientId()).isEqualTo("studio");
  }

  @Test
  void aClientThatWasSwitchedOffIsRefused() {
    callers.identify("client-key-1", Origin.NODE);
    database.execute("UPDATE api_clients SET is_active = false");

    assertThatThrownBy(() -> callers.identify("client-key-1", Origin.NODE)).isInstanceOf(KeyNotAllowed.class)
        .hasMessage("API key not allowed");
  }

  @Test
  void theAdministratorSeesEverything() {
    Caller caller = callers.identify("admin-key", Origin.NODE);

    assertThat(caller).isEqualTo(new Caller.Administrator("admin-key", Origin.NODE));
    assertThat(caller.seesEverything()).isTrue();
    assertThat(database.row("SELECT * FROM api_clients")).containsEntry("id", "admin").containsEntry("role", "admin");
  }

  @Test
  void anAdministratorWithANewKeyKeepsItsRow() {
    database.execute("INSERT INTO api_clients (id, role, api_key_hash) VALUES ('admin', 'admin', 'old')");
    database.execute("INSERT INTO api_clients (id, api_key_hash) VALUES ('key_x', '" + ApiKeyHash.of("admin-key").hex() + "')");

    callers.identify("admin-key", Origin.NODE);

    assertThat(database.row("SELECT * FROM api_clients WHERE id = 'admin'"))
        .containsEntry("api_key_hash", ApiKeyHash.of("admin-key").hex());
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "   "})
  void aCallWithoutAKeyIsRefused(String key) {
    assertThatThrownBy(() -> callers.identify(key, Origin.NODE)).isInstanceOf(KeyMissing.class).hasMessage("Missing API auth key");
  }

  @Test
  void aKeyThatIsTooLongOrHasControlCharactersIsRefusedAndLeavesNoRow() {
    for (String key : new String[] {"x".repeat(10_000), "a\nb", "a\u0000b"}) {
      assertThatThrownBy(() -> callers.identify(key, Origin.NODE)).isInstanceOf(KeyNotAllowed.class);
    }

    assertThat(database.number("SELECT count(*) FROM api_clients")).isZero();
  }

  @Test
  void whereKeysAreListedOthersAreRefused() throws Exception {
    Callers strict = callers(true, "admin-key", Set.of("client-key-1", "client-key-2"));

    assertThat(inTransaction(() -> strict.identify("client-key-2", Origin.NODE))).isInstanceOf(Caller.Client.class);
    assertThat(inTransaction(() -> strict.identify("admin-key", Origin.NODE))).isInstanceOf(Caller.Administrator.class);
    assertThatThrownBy(() -> inTransaction(() -> strict.identify("client-key-3", Origin.NODE))).isInstanceOf(KeyNotAllowed.class);
  }

  @Test
  void withAuthenticationOffNoKeyIsNeededAndNoListAsked() throws Exception {
    Callers open = callers(false, null, Set.of("client-key-1"));

    assertThat(open.identify(null, Origin.NODE)).isEqualTo(Caller.ANONYMOUS);
    assertThat(open.identify(null, Origin.NODE).seesEverything()).isTrue();
    assertThat(inTransaction(() -> open.identify("client-key-3", Origin.NODE))).isInstanceOf(Caller.Client.class);
  }

  @Test
  void withoutAnAdminKeyNobodyGuessesIt() throws Exception {
    Callers unset = callers(true, null, Set.of());

    assertThat(inTransaction(() -> unset.identify("admin", Origin.NODE))).isInstanceOf(Caller.Client.class);
  }

  @Test
  void aKeyIsNotPrinted() {
    assertThat(callers.identify("client-key-1", Origin.NODE)).asString().doesNotContain("client-key-1");
    assertThat(callers.identify("admin-key", Origin.NODE)).asString().doesNotContain("admin-key");
    assertThat(Platform.bean(Settings.class)).asString().doesNotContain("admin-key");
  }

  private static Callers callers(boolean authEnabled, String adminKey, Set<String> allowed) {
    Settings settings = Settings.read(Map.of("API_ENABLE_AUTH", Boolean.toString(authEnabled), "API_ADMIN_KEY",
        adminKey == null ? "" : adminKey, "API_ALLOWED_KEYS", String.join(",", allowed)));
    return new Callers(Platform.bean(ReadOnlyQueries.class), Platform.bean(Registration.class), Platform.bean(RequestRate.class), settings,
        new SecureRandom());
  }

  private static <T> T inTransaction(Callable<T> call) throws Exception {
    UserTransaction.userTransaction().begin();
    try {
      return call.call();
    } finally {
      UserTransaction.userTransaction().rollback();
    }
  }
}
