package org.zimage.tests.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.SharedSystem;

@ExtendWith(SharedSystem.class)
class MetricsIT {
  private static final Path MONITORING = Path.of(System.getProperty("zimage.root"), "server-config", "monitoring");

  private final Api api;

  MetricsIT(Api api) {
    this.api = api;
  }

  @Test
  void aPictureIsCountedWithItsStepsAndPhases() {
    double steps = api.counted("zimage_step_seconds_count");
    double stored = api.counted("zimage_phase_seconds_count{phase=\"storing\"}");
    double ended = api.metric("zimage_tasks_ended_total{status=\"success\"}");

    api.awaitResult(api.generate(
        "{\"prompt\": \"a red circle\", \"width\": 256, \"height\": 256, \"num_inference_steps\": 4}"));

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
    double unknown = api.counted(requests("/v1/tasks/{task_id}", 404));
    double nowhere = api.counted(requests("none", 404));

    api.get("/v1/tasks/one-that-is-not-there");
    api.get("/v1/tasks/another-that-is-not-there");
    api.get("/nowhere");

    assertThat(api.metric(requests("/v1/tasks/{task_id}", 404))).isGreaterThanOrEqualTo(unknown + 2);
    assertThat(api.metric(requests("none", 404))).isGreaterThanOrEqualTo(nowhere + 1);
    assertThat(page()).doesNotContain("that-is-not-there").doesNotContain("nowhere");
  }

  @Test
  void aSeriesThatIsNotThereIsNoZero() {
    assertThatThrownBy(() -> api.metric("zimage_no_such_series")).isInstanceOf(AssertionError.class)
        .hasMessage("/metrics has no series zimage_no_such_series");
    assertThat(api.counted("zimage_no_such_series")).isZero();
  }

  @Test
  void theStateOfTheSystemIsShown() {
    assertThat(page()).contains("zimage_tasks_waiting ", "zimage_tasks_running ", "zimage_queue_oldest_seconds ",
        "zimage_event_streams ", "zimage_database_up 1.0", "zimage_redis_up 1.0", "zimage_workers 1.0",
        "jvm_memory_used_bytes");
    assertThat(page()).doesNotContain(api.key());
  }

  @Test
  void whatAlertsWatchIsCountedFromTheStart() {
    assertThat(page()).contains("zimage_leases_lost_total ", "zimage_tasks_repeated_total ",
        "zimage_tasks_ended_total{status=\"error\"} ");
  }

  @Test
  void theDashboardAndTheAlertsAskForMetricsThatAreServed() throws IOException {
    api.awaitResult(api.generate(
        "{\"prompt\": \"a red circle\", \"width\": 256, \"height\": 256, \"num_inference_steps\": 1}"));
    await().until(() -> api.counted("zimage_picture_seconds_count") > 0);

    assertThat(served()).containsAll(asked(dashboardQueries())).containsAll(asked(alertQueries()));
  }

  @Test
  void thePageNeedsNoKey() {
    Answer answer = api.as(null).get("/metrics");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).startsWith("text/plain");
  }

  /** Every name on the page, without labels. */
  private Set<String> served() {
    return page().lines().filter(line -> !line.startsWith("#")).map(line -> line.split("[{ ]", 2)[0])
        .collect(Collectors.toSet());
  }

  private static Set<String> asked(List<String> queries) {
    assertThat(queries).hasSizeGreaterThan(5);
    return queries.stream().flatMap(query -> new PrometheusQuery(query).metrics().stream()).collect(Collectors.toSet());
  }

  private static List<String> dashboardQueries() throws IOException {
    try (JsonReader reader = Json.createReader(Files.newBufferedReader(MONITORING.resolve("grafana-dashboard.json")))) {
      return reader.readObject().getJsonArray("panels").getValuesAs(JsonObject.class).stream()
          .filter(panel -> panel.containsKey("targets"))
          .flatMap(panel -> panel.getJsonArray("targets").getValuesAs(JsonObject.class).stream())
          .map(target -> target.getString("expr")).toList();
    }
  }

  private static List<String> alertQueries() throws IOException {
    Map<?, ?> file = (Map<?, ?>) new Load(LoadSettings.builder().build())
        .loadFromString(Files.readString(MONITORING.resolve("alerts.yml")));
    return ((List<?>) file.get("groups")).stream()
        .flatMap(group -> ((List<?>) ((Map<?, ?>) group).get("rules")).stream())
        .map(rule -> (String) ((Map<?, ?>) rule).get("expr")).toList();
  }

  private static String requests(String route, int status) {
    return "zimage_http_requests_seconds_count{method=\"GET\",route=\"" + route + "\",status=\"" + status + "\"}";
  }

  private String page() {
    return api.get("/metrics").body();
  }
}
