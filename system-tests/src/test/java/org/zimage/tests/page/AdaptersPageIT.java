package org.zimage.tests.page;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Browser;
import org.zimage.tests.system.RunningSystem;
import org.zimage.tests.system.SharedSystem;

/** Adapters on the page, in a real browser. */
@ExtendWith(SharedSystem.class)
class AdaptersPageIT {
  private static final Path ADAPTER = Path.of("../inference/src/test/resources/fixtures/adapter-goldens/z-image-nano/peft.safetensors");

  private final Api api;
  private final RunningSystem system;
  private final String marker = "m" + UUID.randomUUID().toString().substring(0, 8);
  private Browser browser;

  AdaptersPageIT(Api api, RunningSystem system) {
    this.api = api;
    this.system = system;
  }

  @BeforeEach
  void putTheAdapter() throws IOException {
    system.putAdapter(ADAPTER, "page");
  }

  @AfterEach
  void closeTheBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void anAdapterIsChosenWithItsStrengthAndDrawnWith() {
    browser = SignedIn.start(api, "en-US", false);
    browser.click("#advanced summary");
    browser.find("#lora-page");
    assertThat(browser.run("return document.getElementById('lora-page').disabled")).isEqualTo(true);
    browser.run("document.getElementById('lora-page').parentElement.querySelector('input[type=checkbox]').click();");
    browser.run("""
        const slider = document.getElementById('lora-page');
        slider.value = 0.4;
        slider.dispatchEvent(new Event('input', { bubbles: true }));""");
    browser.screenshot("adapters");
    assertThat(browser.barriers()).isEmpty();
    browser.fill("#prompt", marker);
    browser.click("#draw");
    browser.find(".tile.ready img");

    JsonObject lora = result().getJsonArray("loras").getJsonObject(0);
    assertThat(lora.getString("name")).isEqualTo("page");
    assertThat(lora.getJsonNumber("strength").doubleValue()).isEqualTo(0.4);

    browser.click(".tile.ready .picture");
    assertThat(browser.text("#detail .parameters")).contains("Adapters", "page 0.4");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void theChoiceIsThereAfterAReload() {
    browser = SignedIn.start(api, "en-US", false);
    browser.click("#advanced summary");
    browser.find("#lora-page");
    browser.run("document.getElementById('lora-page').parentElement.querySelector('input[type=checkbox]').click();");

    browser.open(api.url() + "/ui/");

    browser.until("the choice", page -> Boolean.FALSE.equals(page.run("return document.getElementById('lora-page')?.disabled")));
  }

  private JsonObject result() {
    JsonObject batch = api.get("/v1/history/" + api.history("?q=" + marker).getJsonObject(0).getString("task_id")).json();
    return api.awaitResult(batch.getJsonArray("items").getJsonObject(0).getString("task_id"));
  }
}
