package org.zimage.tests.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.RunningSystem;
import org.zimage.tests.system.SharedSystem;

/** Assistants whose requests fail in the middle. */
@ExtendWith(SharedSystem.class)
class McpFaultsIT {
  private static final String DRAW = """
      {"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"generate_image",\
      "arguments":{"prompt":"%s","width":64,"height":64,"num_inference_steps":1}}}""";

  private final Api api;
  private final RunningSystem system;

  McpFaultsIT(Api api, RunningSystem system) {
    this.api = api;
    this.system = system;
  }

  @Test
  void whatFailsInABatchIsAnsweredAloneAndTheOthersAreDrawnOnce() throws SQLException {
    String drawn = "w" + UUID.randomUUID().toString().replace("-", "");
    String failed = "w" + UUID.randomUUID().toString().replace("-", "");
    execute("CREATE FUNCTION shut_down() RETURNS trigger LANGUAGE plpgsql AS "
        + "$$ BEGIN RAISE EXCEPTION 'shutting down' USING ERRCODE = '57P01'; END $$");
    execute("CREATE TRIGGER shut_down BEFORE INSERT ON image_generation_tasks FOR EACH ROW WHEN (NEW.prompt = '" + failed
        + "') EXECUTE FUNCTION shut_down()");
    try {
      Answer answer = api.post("/mcp", "[" + DRAW.formatted(1, drawn) + "," + DRAW.formatted(2, failed) + "]");

      assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
      assertThat(answer.body()).contains("The pictures are ready").contains("{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":"
          + "{\"code\":-32603,\"message\":\"Internal error: send this request again later\"}}");
      assertThat(api.post("/mcp", DRAW.formatted(3, failed)).status()).as("alone").isEqualTo(503);
    } finally {
      execute("DROP TRIGGER shut_down ON image_generation_tasks");
      execute("DROP FUNCTION shut_down");
    }
    assertThat(api.history("?q=" + drawn)).hasSize(1);
    assertThat(api.history("?q=" + failed)).isEmpty();
  }

  private void execute(String statement) throws SQLException {
    try (Connection database = system.connect(); Statement open = database.createStatement()) {
      open.execute(statement);
    }
  }
}
