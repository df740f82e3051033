package org.zimage.task.submission;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.arjuna.ats.jta.UserTransaction;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.audit.Origin;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.caller.LimitReached;
import org.zimage.platform.Platform;
import org.zimage.settings.Settings;

@ExtendWith(Platform.class)
class PendingLimitTest {
  private static final int LIMIT = 2;

  private final Callers callers = Platform.bean(Callers.class);
  private final Submission submission = Platform.bean(Submission.class);

  @Test
  void aClientHasItsOwnNumber() throws Exception {
    Caller client = newClient();
    submit(client, LIMIT);

    assertThatThrownBy(() -> take(limit(Set.of()), client)).isInstanceOf(LimitReached.class)
        .hasMessage("Too many unfinished tasks: a client may have 2 at a time");
    take(limit(Set.of()), newClient());
  }

  @Test
  void aNewKeyForEachTaskLeadsToTheNumberOfAllOfThem() throws Exception {
    for (int i = 0; i < 10 * LIMIT; i++) {
      submit(newClient(), 1);
    }

    assertThatThrownBy(() -> take(limit(Set.of()), newClient())).isInstanceOf(LimitReached.class)
        .hasMessage("Too many unfinished tasks: all keys that are not in API_ALLOWED_KEYS may have 20 at a time");
  }

  @Test
  void clientsWhoseKeysAreListedHaveNoNumberTogether() throws Exception {
    for (int i = 0; i < 10 * LIMIT; i++) {
      submit(newClient(), 1);
    }

    take(limit(Set.of("key")), newClient());
  }

  @Test
  void theAdministratorsTasksAreNotCounted() throws Exception {
    submit(callers.identify("admin-key", Origin.NODE), 10 * LIMIT);

    take(limit(Set.of()), newClient());
  }

  private static void take(PendingLimit limit, Caller caller) throws Exception {
    UserTransaction.userTransaction().begin();
    try {
      limit.room(List.of(caller)).take(caller, 1);
    } finally {
      UserTransaction.userTransaction().rollback();
    }
  }

  private Caller newClient() {
    return callers.identify(UUID.randomUUID().toString(), Origin.NODE);
  }

  private void submit(Caller caller, int times) {
    for (int i = 0; i < times; i++) {
      submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), caller, null);
    }
  }

  private static PendingLimit limit(Set<String> listedKeys) {
    return new PendingLimit(Platform.bean(EntityManager.class), Settings.read(
        Map.of("API_ALLOWED_KEYS", String.join(",", listedKeys), "API_MAX_PENDING", Integer.toString(LIMIT))));
  }
}
