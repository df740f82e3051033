package org.zimage.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedSystem.class)
class MetricsIT {
  private final Api api;

  MetricsIT(Api api) {
    this.api = api;
  }

  @Test
  void aPictureIsCountedWithItsStepsAndPhases() {
    double steps = api.metric("zimage_step_seconds_count");
    double stored = api.metric("zimage_phase_seconds_count{phase=\"storing\"}");
    double ended = api.metric("zimage_tasks_ended_total{status=\"success\"}");

    api.awaitResult(api.generate("{\"prompt\": \"a red circle\", \"width\": 256, \"height\": 256, \"num_inference_steps\": 4}"));

    await().untilAsserted(() -> {
      assertThat(api.metric("zimage_step_seconds_count")).isGreaterThanOrEqualTo(steps + 4);
      assertThat(api.metric("zimage_phase_seconds_count{phase=\"storing\"}")).isGreaterThanOrEqualTo(stored + 1);
      assertThat(api.metric("zimage_tasks_ended_total{status=\"success\"}")).isGreaterThanOrEqualTo(ended + 1);
    });
    assertThat(api.metric("zimage_phase_seconds_count{phase=\"prompt\"}")).isPositive();
    assertThat(api.metric("zimage_phase_seconds_count{phase=\"sampling\"}")).isPositive();
    assertThat(api.metric("zimage_phase_seconds_count{phase=\"decoding\"}")).isPositive();
    assertThat(api.metric("zimage_picture_seconds_count")).isPositive();
  }

  @Test
  void requestsAreCountedByRouteWhateverTheirAddress() {
    double unknown = api.metric(requests("/v1/tasks/{task_id}", 404));
    double nowhere = api.metric(requests("none", 404));

    api.get("/v1/tasks/one-that-is-not-there");
    api.get("/v1/tasks/another-that-is-not-there");
    api.get("/nowhere");

    assertThat(api.metric(requests("/v1/tasks/{task_id}", 404))).isGreaterThanOrEqualTo(unknown + 2);
    assertThat(api.metric(requests("none", 404))).isGreaterThanOrEqualTo(nowhere + 1);
    assertThat(page()).doesNotContain("that-is-not-there").doesNotContain("nowhere");
  }

  @Test
  void theStateOfTheSystemIsShown() {
    assertThat(page()).contains("zimage_tasks_waiting ", "zimage_tasks_running ", "zimage_queue_oldest_seconds ",
        "zimage_event_streams ", "zimage_database_up 1.0", "zimage_redis_up 1.0", "zimage_workers 1.0", "jvm_memory_used_bytes");
    assertThat(page()).doesNotContain(api.key());
  }

  @Test
  void thePageNeedsNoKey() {
    Answer answer = api.as(null).get("/metrics");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).startsWith("text/plain");
  }

  private static String requests(String route, int status) {
    return "zimage_http_requests_seconds_count{method=\"GET\",route=\"" + route + "\",status=\"" + status + "\"}";
  }

  private String page() {
    return api.get("/metrics").body();
  }
}
