package org.zimage.tests.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.SharedSystem;

/** What operators and clients learn of the system. */
@ExtendWith(SharedSystem.class)
class SystemIT {
  private final Api api;

  SystemIT(Api api) {
    this.api = api;
  }

  @Test
  void theWorkersAndTheirModelsAreNamed() {
    await("a worker").atMost(Duration.ofSeconds(30))
        .until(() -> !api.get("/v1/system").json().getJsonArray("workers").isEmpty());
    JsonObject system = api.get("/v1/system").json();

    assertThat(List.copyOf(system.keySet()))
        .containsExactly("queue_depth", "running", "oldest_wait_seconds", "limits", "defaults", "workers", "models");
    assertThat(system.getJsonObject("limits")).hasToString("""
        {"min_side":64,"max_side":2048,"max_steps":50,"max_guidance_scale":20.0,"max_prompt_characters":10000}""");
    JsonObject worker = system.getJsonArray("workers").getJsonObject(0);
    assertThat(worker.getString("model")).isEqualTo("z-image-nano");
    assertThat(worker.getJsonObject("card")).isNotEmpty();
    assertThat(worker.keySet()).containsExactly("name", "model", "card");
  }

  @Test
  void theAdministratorIsToldOfTheWorkersMachines() {
    await("a worker").atMost(Duration.ofSeconds(30))
        .until(() -> !api.get("/v1/system").json().getJsonArray("workers").isEmpty());

    JsonObject machine = api.as(api.adminKey()).get("/v1/system").json().getJsonArray("workers").getJsonObject(0).getJsonObject("machine");

    assertThat(machine.getString("computes_on")).startsWith("the ");
    assertThat(machine.getInt("processors")).isPositive();
    assertThat(machine.getInt("largest_square")).isBetween(64, 2048);
  }

  @Test
  void aModelThatNobodyServesIsRefused() {
    assertThat(api.post("/v1/images/generate", "{\"prompt\":\"a\",\"model\":\"dall-e\"}")).hasToString("""
        422 {"detail":[{"type":"value_error","loc":["body","model"],\
        "msg":"Value error, no worker serves this model at the moment; served now: z-image-nano","input":"dall-e"}]}""");
  }
}
