package org.zimage.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.zimage.api.GenerationResult;
import org.zimage.api.HealthResponse;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;
import org.zimage.api.TaskSummary;

class JsonOutputTest {
  @Test
  void aTaskLooksAsTheServerTellsItButForTheKey() {
    GenerationResult result = new GenerationResult("i", "a \"cat\"", 64, 128, 9, 0.0, Long.MIN_VALUE, "", 1.0,
        0.5, null, null, null, null, null, null, null, null, null, null, Instant.parse("2025-01-01T12:00:00.000001Z"), "client-key-1",
        JsonObject.EMPTY_JSON_OBJECT,
        "/o/x.png", "d/x.png", "/o/x.webp", "d/x.webp");

    assertThat(JsonOutput.of(new TaskStatusResponse("b0e4", TaskStatus.SUCCESS, result, null, null, null,
        "/g/x.webp", 100, null)))
        .hasToString("""
            {"task_id":"b0e4","status":"SUCCESS","result":{"image_id":"i","prompt":"a \\"cat\\"","height":64,"width":128,\
            "num_inference_steps":9,"guidance_scale":0.0,"seed":-9223372036854775808,"negative_prompt":"",\
            "cfg_normalization":true,"cfg_truncation":0.5,"max_sequence_length":null,\
            "created_at":"2025-01-01T12:00:00.000001+00:00","metadata":{},"output_path":"/o/x.png","relative_path":"d/x.png",\
            "preview_output_path":"/o/x.webp","preview_relative_path":"d/x.webp"},"error":null,"error_code":null,\
            "error_hint":null,"image_url":"/g/x.webp","progress":100}""");
  }

  @Test
  void aPageIsAList() {
    assertThat(JsonOutput.of(List.of(new TaskSummary("0d6b", "PENDING", Instant.parse("2025-01-01T12:00:00Z"),
        "a cat", 1, 2,
        null, null, 9, 1.5, 42L, 4, 3, 1, null)))).hasToString("""
            [{"task_id":"0d6b","status":"PENDING","created_at":"2025-01-01T12:00:00.000000+00:00","prompt":"a cat","height":1,\
            "width":2,"relative_path":null,"image_url":null,"num_inference_steps":9,"guidance_scale":1.5,"seed":42,\
            "batch_size":4,"success_count":3,"failed_count":1,"base_seed":null}]""");
  }

  @Test
  void checksAreAnObject() {
    assertThat(JsonOutput.of(new HealthResponse("degraded", "dev", Map.of("database", "away"))))
        .hasToString("{\"status\":\"degraded\",\"environment\":\"dev\",\"checks\":{\"database\":\"away\"}}");
  }
}
