package org.zimage.tests.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.RunningSystem;
import org.zimage.tests.system.SharedSystem;

/** Behind a proxy that ZIMAGE_TRUSTED_PROXIES names, the audit has the caller's address, and not the proxy's. */
@ExtendWith(SharedSystem.class)
class AuditAddressIT {
  private static final String PICTURE = "{\"prompt\":\"a boat\",\"width\":64,\"height\":64,\"num_inference_steps\":1}";

  private final Api api;
  private final RunningSystem system;

  AuditAddressIT(Api api, RunningSystem system) {
    this.api = api;
    this.system = system;
  }

  @Test
  void isTheOneThatTheProxyWasCalledFrom() {
    assertThat(system.url()).startsWith("http://127.0.0.1:");
    String task = api.post("/v1/images/generate", PICTURE, "X-Forwarded-For", "203.0.113.9, 192.0.2.7").json().getString("task_id");
    api.awaitResult(task);

    assertThat(api.as(api.adminKey()).get("/v1/audit?limit=100000&deed=task.submit").body().lines().filter(line -> line.contains(task)))
        .singleElement().asString().contains("\"address\":\"192.0.2.7\"");
  }
}
