package org.zimage.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Load;
import org.zimage.tests.caller.PythonScript;
import org.zimage.tests.system.SharedSystem;

/** The description of the routes is there in both forms, and the server does what it says. */
@ExtendWith(SharedSystem.class)
class OpenApiIT {
  /** Of each operation; others in every run. */
  private static final String EXAMPLES = Integer.toString(Load.of(50, 200));

  private final Api api;

  OpenApiIT(Api api) {
    this.api = api;
  }

  @Test
  void isYamlUnlessJsonIsAskedFor() {
    Answer yaml = api.as(null).get("/openapi");
    Answer json = api.as(null).get("/openapi", "Accept", "application/json");

    assertThat(yaml.header("Content-Type")).startsWith("application/yaml");
    assertThat(yaml.body()).startsWith("openapi: 3.0.3");
    assertThat(json.json().getJsonObject("paths"))
        .containsKeys("/v1/images/generate", "/v1/tasks/{task_id}/events", "/v1/history");
    assertThat(api.as(null).get("/openapi?format=JSON").json()).isEqualTo(json.json());
  }

  /**
   * By Schemathesis: no answer with a status, a content type or a shape that is not described, and none from 500 on.
   */
  @Test
  void theServerAnswersGeneratedRequestsAsDescribed() {
    JsonObject checks = PythonScript.run("schema_checks.py", api.url(), api.otherKey(), EXAMPLES);

    assertThat(checks.getInt("exit")).as(checks.getString("output")).isZero();
  }
}
