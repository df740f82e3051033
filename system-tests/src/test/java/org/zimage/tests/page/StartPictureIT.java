package org.zimage.tests.page;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Browser;
import org.zimage.tests.system.SharedSystem;

/** The picture that drawing starts from, in a real browser. */
@ExtendWith(SharedSystem.class)
class StartPictureIT {
  /** Gives the page a file as somebody's mouse or clipboard does; a browser without a screen has neither. */
  private static final String GIVE = """
      const [base64, name, event] = arguments;
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const files = new DataTransfer();
      files.items.add(new File([bytes], name, { type: 'image/png' }));
      const how = { bubbles: true, cancelable: true, dataTransfer: files, clipboardData: files };
      const given = event === 'paste' ? new ClipboardEvent(event, how) : new DragEvent(event, how);
      return !document.getElementById('prompt').dispatchEvent(given);""";
  private static final String SMALL = "\"width\":128,\"height\":64,\"num_inference_steps\":2";

  private final Api api;
  private final String marker = "m" + UUID.randomUUID().toString().substring(0, 8);
  @TempDir
  private Path folder;
  private Browser browser;

  StartPictureIT(Api api) {
    this.api = api;
  }

  @AfterEach
  void closeTheBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void aChosenPictureIsDrawnOverAndSeenBesideWhatBecameOfIt() {
    signedIn("en-US").choose("#image", picture("beach.png", 256, 128));
    assertThat(browser.text("#start-name")).isEqualTo("beach.png");
    assertThat(browser.text("#start-size")).isEqualTo("256 × 128");
    browser.fill("#prompt", marker);
    browser.run("""
        const strength = document.getElementById('strength');
        strength.value = 0.3;
        strength.dispatchEvent(new Event('input', { bubbles: true }));""");
    browser.click("#draw");
    browser.find(".tile.ready img");

    JsonObject result = result();
    assertThat(result.getString("image")).startsWith("sha256:");
    assertThat(result.getJsonNumber("strength").doubleValue()).isEqualTo(0.3);
    assertThat(result.getInt("width")).isEqualTo(256);
    assertThat(result.getInt("height")).isEqualTo(128);

    browser.click(".tile.ready .picture");
    browser.until("both pictures", page -> Boolean.TRUE.equals(page.run("""
        const both = [...document.querySelectorAll('#detail .before-after img')];
        return both.length === 2 && both.every((each) => each.complete && each.naturalWidth === 256);""")));
    assertThat(browser.text("#detail .before-after")).contains("Before", "After");
    assertThat(browser.text("#detail .parameters")).contains("Strength", "0.3");
    assertThat(browser.complaints()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"drop", "paste"})
  void aDroppedOrPastedPictureIsTakenAndThereAfterTheNextVisit(String event) {
    Path file = picture("given.png", 192, 128);
    signedIn("en-US");
    if (event.equals("drop")) {
      browser.run(GIVE, TestPicture.base64(file), "given.png", "dragover");
      assertThat(browser.run("return getComputedStyle(document.querySelector('.start')).outlineStyle"))
          .as("the place to drop it is shown").isEqualTo("dashed");
    }
    assertThat(browser.run(GIVE, TestPicture.base64(file), "given.png", event)).as("the browser leaves it to the page")
        .isEqualTo(true);
    assertThat(browser.text("#start-name")).isEqualTo("given.png");

    browser.open(api.url() + "/ui/");

    assertThat(browser.text("#start-name")).isEqualTo("given.png");
    browser.until("its size", page -> page.run("return document.getElementById('size').value").equals("picture"));
    assertThat(browser.run("return document.getElementById('width').value")).isEqualTo("192");
    browser.click("#start-remove");
    browser.untilGone("#start-chosen");
    assertThat(browser.run("return document.activeElement.id")).isEqualTo("image");
    assertThat(browser.run("return document.getElementById('width').value")).isEqualTo("512");
  }

  @Test
  void aPictureOfTheGalleryIsStartedFrom() {
    String task = drawn();
    openTheDetail();
    clickAction("Start from this");

    assertThat(browser.text("#start-name")).isEqualTo("From the gallery");
    assertThat(browser.run("return document.activeElement.id")).isEqualTo("prompt");
    assertThat(browser.find("#prompt").getAttribute("value")).isEqualTo(marker);
    browser.click("#draw");
    browser.find(".tile.ready img");
    assertThat(result().getString("image")).isEqualTo("task:" + task);
  }

  @Test
  void aPictureOfTheGalleryIsVaried() {
    String task = drawn();
    openTheDetail();
    clickAction("Vary this");
    browser.find(".tile.ready img");

    JsonObject result = result();
    assertThat(result.getString("image")).isEqualTo("task:" + task);
    assertThat(result.getJsonNumber("strength").doubleValue()).isEqualTo(0.6);
    assertThat(result.getInt("width")).isEqualTo(128);
  }

  @Test
  void whatAPictureStartedFromIsThereAgainToBeEdited() {
    signedIn("en-US").choose("#image", picture("beach.png", 192, 128));
    browser.find("#start-chosen");
    browser.fill("#prompt", marker);
    browser.click("#draw");
    browser.click(".tile.ready .picture");
    browser.find("#detail");
    clickAction("Edit");

    assertThat(browser.text("#start-name")).isEqualTo("Same start as before");
    assertThat(browser.text("#start-size")).isEqualTo("192 × 128");
    assertThat(browser.run("return document.getElementById('strength').value")).isEqualTo("0.6");
  }

  @Test
  void aRefusedPictureIsSaidAtItsField() {
    drawn();
    openTheDetail();
    clickAction("Start from this");
    browser.find("#start-chosen");
    api.send("DELETE", "/v1/history/" + newest().getString("task_id"), BodyPublishers.noBody());
    browser.click("#draw");

    assertThat(browser.text("#image-error")).contains("name a finished task of yours").doesNotContain("Value error");
    assertThat(browser.run("return document.activeElement.id")).as("from where it can be mended")
        .isEqualTo("start-remove");
    assertThat(browser.barriers()).isEmpty();
    browser.choose("#image", picture("other.png", 128, 64));
    browser.untilGone("#image-error");
  }

  @Test
  void aFileThatIsNoPictureIsSaidAtItsField() throws IOException {
    signedIn("en-US").choose("#image", Files.writeString(folder.resolve("letter.png"), "Dear reader"));

    assertThat(browser.text("#image-error")).startsWith("letter.png").contains("PNG, JPEG or WebP");
    assertThat(browser.run("return document.getElementById('image').getAttribute('aria-invalid')")).isEqualTo("true");
    assertThat(browser.barriers()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"en-US, 1440, 900", "en-US, 390, 844", "en-US, 360, 640", "zh-CN, 1440, 900", "zh-CN, 390, 844"})
  void theSizeOfThePictureCanBeRead(String language, int width, int height) {
    signedIn(language).size(width, height);
    browser.choose("#image", picture("wide.png", 2048, 1152));
    browser.find("#start-chosen");

    assertThat(browser.run("return document.getElementById('size').selectedOptions[0].text")).asString()
        .endsWith("2048×1152");
    assertThat((Boolean) browser.run("""
        const size = document.getElementById('size');
        const whole = size.cloneNode();
        whole.append(size.selectedOptions[0].cloneNode(true));
        Object.assign(whole.style, { width: 'auto', position: 'absolute' });
        size.after(whole);
        const fits = whole.offsetWidth <= size.offsetWidth;
        whole.remove();
        return fits;""")).as("it is not cut off").isTrue();
    assertThat((Long) browser.run("return document.documentElement.scrollWidth")).as("no sideways scrolling")
        .isEqualTo(width);
  }

  @Test
  void thatThePictureIsStretchedIsSaid() {
    signedIn("en-US").choose("#image", picture("wide.png", 192, 128));
    browser.find("#start-chosen");
    browser.untilGone("#size-help");

    browser.click(".format:first-child");
    assertThat(browser.text("#size-help")).contains("stretched");
    browser.click("#start-remove");
    browser.untilGone("#size-help");
  }

  /** The id of a small finished picture. */
  private String drawn() {
    String task = api.generate("{\"prompt\":\"%s\",%s}".formatted(marker, SMALL));
    api.awaitResult(task);
    return task;
  }

  private void openTheDetail() {
    signedIn("en-US").fill("#query", marker);
    browser.click(".card .picture");
    browser.find("#detail");
  }

  private void clickAction(String name) {
    browser.run("""
        [...document.querySelectorAll('#detail .actions > *')].find((each) => each.textContent === arguments[0]).click();
        """, name);
    browser.untilGone("#detail");
  }

  private Path picture(String name, int width, int height) {
    return TestPicture.write(folder.resolve(name), width, height);
  }

  private Browser signedIn(String language) {
    browser = SignedIn.start(api, language, false);
    return browser;
  }

  private JsonObject newest() {
    return api.history("?q=" + marker).getJsonObject(0);
  }

  /** What the newest picture of this test was made from. */
  private JsonObject result() {
    JsonObject batch = api.get("/v1/history/" + newest().getString("task_id")).json();
    return api.awaitResult(batch.getJsonArray("items").getJsonObject(0).getString("task_id"));
  }
}
