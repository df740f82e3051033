package org.zimage.web.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.zimage.api.model.ModelDefaults;

class ToolDescriptionsTest {
  private final ToolDescriptions tools = ToolDescriptions.read();

  @Test
  void theDefaultsOfTheModelThatIsServedAreTold() {
    JsonArray told = tools.with(new ModelDefaults(28, 4.0, "blur", 0.0, List.of("1024x1024")));

    for (int tool : List.of(0, 1)) {
      assertThat(property(told, tool, "num_inference_steps"))
          .hasToString("{\"type\":\"integer\",\"minimum\":1,\"maximum\":50,\"default\":28}");
      assertThat(property(told, tool, "guidance_scale").getJsonNumber("default").doubleValue()).isEqualTo(4);
      assertThat(property(told, tool, "negative_prompt").getString("default")).isEqualTo("blur");
      assertThat(property(told, tool, "cfg_normalization").getBoolean("default")).isFalse();
      assertThat(property(told, tool, "seed")).isEqualTo(property(tools.tools(), tool, "seed"));
    }
    assertThat(told).hasSameSizeAs(tools.tools());
    assertThat(told.get(2)).isEqualTo(tools.tools().get(2));
  }

  @Test
  void aModelThatSaysNothingHasTheDefaultsOfTheServer() {
    assertThat(tools.with(ModelDefaults.NONE)).isEqualTo(tools.tools());
    assertThat(property(tools.tools(), 0, "num_inference_steps").getInt("default")).isEqualTo(9);
  }

  @Test
  void everyToolThatChangesSomethingIsAudited() {
    List<String> changing = tools.tools().getValuesAs(JsonObject.class).stream()
        .filter(tool -> !tool.getJsonObject("annotations").getBoolean("readOnlyHint")).map(tool -> tool.getString("name")).toList();

    assertThat(Drawing.DEEDS.keySet()).containsExactlyInAnyOrderElementsOf(changing);
  }

  private static JsonObject property(JsonArray tools, int tool, String name) {
    return tools.getJsonObject(tool).getJsonObject("inputSchema").getJsonObject("properties").getJsonObject(name);
  }
}
