package org.zimage.tests.page;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Browser;
import org.zimage.tests.system.SharedSystem;

/** The web page in a real browser. */
@ExtendWith(SharedSystem.class)
class WebPageIT {

  private final Api api;
  private final String marker = "m" + UUID.randomUUID().toString().substring(0, 8);
  private Browser browser;

  WebPageIT(Api api) {
    this.api = api;
  }

  @AfterEach
  void closeTheBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void aBrowserIsLedToThePage() {
    Answer root = api.as(null).get("/", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");

    assertThat(root.status()).isEqualTo(303);
    assertThat(root.header("Location")).as("without a scheme, which only a proxy in between knows").isEqualTo("/ui/");
    assertThat(api.as(null).get("/ui").header("Location")).isEqualTo("/ui/");
  }

  @Test
  void thePageAllowsNothingButItsOwnFiles() {
    Answer page = api.as(null).get("/ui/");

    assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(page.header("Content-Security-Policy"))
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe", "http:", "https:", "*");
    assertThat(page.body()).doesNotContain("http://", "https://", "style=", "onclick=");
    assertThat(api.as(null).get("/ui/", "If-None-Match", page.header("ETag")).status()).isEqualTo(304);
    assertThat(api.as(null).get("/ui/../WEB-INF/web.xml").status()).isEqualTo(404);
    assertThat(api.as(null).get("/ui/nothing.js")).hasToString("404 {\"detail\":\"Not Found\"}");
  }

  @Test
  void theFirstViewIsSmall() {
    open("en-US", false).size(1440, 900).open(api.url() + "/ui/");
    browser.find("#draw");

    Object bytes = browser.run("""
        return performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))
          .filter((entry) => entry.name.includes('/ui/')).reduce((sum, entry) => sum + entry.encodedBodySize, 0);""");

    assertThat(((Number) bytes).longValue()).isBetween(1_000L, 70_000L);
  }

  @Test
  void aPictureIsDrawnWithProgressAndCanBeLookedAt() {
    signedIn("en-US", false).fill("#prompt", marker + " a red circle on a white background");
    browser.fill("#count", "2");
    browser.click("#draw");

    browser.find(".tile [role=progressbar]");
    browser.until("two pictures", page -> page.all(".tile.ready img").size() == 2);
    assertThat(browser.text(".batch .count")).isEqualTo("Done");
    browser.click(".tile.ready .picture");

    assertThat(browser.text("#detail .prompt")).isEqualTo(marker + " a red circle on a white background");
    assertThat(browser.text("#detail .parameters")).contains("512 × 512", "Seed", "Steps", "9");
    assertThat(browser.find("#detail a.primary").getAttribute("href")).endsWith(".png");
    assertThat(browser.all("#detail .strip .picture")).hasSize(2);
    browser.type("#detail", Keys.ARROW_RIGHT);
    browser.until("the second picture", page -> page.find(".strip li:nth-child(2) .picture")
        .getAttribute("aria-current") != null);
    browser.type("#detail", Keys.ESCAPE);
    browser.untilGone("#detail");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void progressIsSeenStepByStep() {
    signedIn("en-US", false).fill("#prompt", marker);
    browser.click("#advanced summary");
    browser.fill("#width", "1024");
    browser.fill("#height", "1024");
    browser.fill("#num_inference_steps", "30");
    browser.run("""
        window.seen = new Set();
        new MutationObserver(() => document.querySelectorAll('.bar').forEach((bar) => seen.add(bar.getAttribute('aria-valuenow'))))
          .observe(document.getElementById('now'), { subtree: true, attributes: true, childList: true });""");
    browser.click("#draw");
    browser.find(".tile.ready img");

    assertThat((Long) browser.run("return window.seen.size")).isGreaterThan(10);
  }

  @Test
  void thePictureIsSeenGrowing() {
    signedIn("en-US", false).fill("#prompt", marker + " a red circle on a white background");
    browser.click("#advanced summary");
    browser.fill("#width", "1024");
    browser.fill("#height", "1024");
    browser.fill("#num_inference_steps", "30");
    browser.run("""
        window.seen = [];
        window.pixelsOf = (picture, width, height) => {
          const canvas = Object.assign(document.createElement('canvas'), { width, height });
          const context = canvas.getContext('2d', { willReadFrequently: true });
          context.imageSmoothingQuality = 'high';
          context.drawImage(picture, 0, 0, width, height);
          return context.getImageData(0, 0, width, height).data;
        };
        const look = () => {
          const preview = document.querySelector('.tile .preview:not([hidden])');
          if (preview) {
            const { width, height } = preview;
            const pixels = pixelsOf(preview, width, height);
            if (String(seen.at(-1)?.pixels) !== String(pixels)) {
              seen.push({ pixels, width, height });
            }
          }
          requestAnimationFrame(look);
        };
        look();""");
    browser.click("#draw");
    browser.until("the picture", page -> Boolean.TRUE.equals(
        page.run("return document.querySelector('.tile.ready img')?.naturalWidth > 0")));

    List<?> distances = (List<?>) browser.run("""
        const picture = document.querySelector('.tile.ready img');
        return seen.map(({ pixels, width, height }) => {
          const finished = pixelsOf(picture, width, height);
          return pixels.reduce((sum, value, i) => sum + Math.abs(value - finished[i]), 0) / (width * height * 3);
        });""");

    assertThat(distances).as("different previews").hasSizeGreaterThan(10);
    assertThat(((Number) distances.get(distances.size() - 1)).doubleValue())
        .as("mean distance of the last preview from the picture, of 255").isLessThan(15);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aPictureIsCancelled() {
    signedIn("en-US", false).fill("#prompt", marker);
    browser.click("#advanced summary");
    browser.fill("#width", "2048");
    browser.fill("#height", "2048");
    browser.fill("#num_inference_steps", "50");
    browser.click("#draw");
    browser.click(".tile button");

    browser.until("the cancelled picture", page -> page.text(".tile .state").equals("Cancelled"));
    assertThat(batch().getString("status")).isEqualTo("FAILURE");
  }

  @Test
  void whatIsBeingDrawnIsThereAgainAfterTheTabWasClosed() {
    signedIn("en-US", false).fill("#prompt", marker);
    browser.fill("#count", "3");
    browser.click("#advanced summary");
    browser.fill("#num_inference_steps", "50");
    browser.click("#draw");
    browser.find(".tile");

    browser.open(api.url() + "/ui/");

    assertThat(browser.text(".batch h3")).isEqualTo(marker);
    browser.until("the pictures", page -> page.all(".tile.ready").size() == 3);
  }

  @Test
  void theGalleryGoesOnWhereItEnds() {
    String batch = UUID.randomUUID().toString();
    for (int i = 0; i < 30; i++) {
      api.generate("{\"prompt\":\"%s page\",\"width\":64,\"height\":64,\"num_inference_steps\":1}".formatted(marker));
    }
    api.awaitResult(api.generate(
        "{\"prompt\":\"%s last\",\"width\":64,\"height\":64,\"num_inference_steps\":1,\"metadata\":{\"batch_id\":\"%s\"}}"
            .formatted(marker, batch)));

    signedIn("en-US", false).fill("#query", marker);

    browser.until("the first page", page -> page.all(".card .caption").stream()
        .anyMatch(card -> card.getText().endsWith("last")));
    browser.run("scrollTo(0, document.body.scrollHeight)");
    browser.until("all pages", page -> page.all(".card").size() == 31);
  }

  @Test
  void aBatchIsFoundAndDeletedUnlessThatIsUndone() {
    api.awaitResult(api.generate(
        "{\"prompt\":\"%s 雪山\",\"width\":64,\"height\":64,\"num_inference_steps\":1}".formatted(marker)));
    signedIn("en-US", false).fill("#query", marker + " 雪");
    browser.click(".card .picture");
    browser.click("#detail .actions button:last-child");
    browser.untilGone(".card");
    browser.click(".toast button");
    browser.find(".card");
    assertThat(batch()).isNotNull();

    browser.click(".card .picture");
    browser.click("#detail .actions button:last-child");
    browser.untilGone(".card");

    browser.until("the deletion", page -> api.history("?q=" + marker).isEmpty());
  }

  @Test
  void whatIsSaidWhileAPictureIsLookedAtIsInFrontOfIt() {
    api.awaitResult(api.generate(
        "{\"prompt\":\"%s\",\"width\":64,\"height\":64,\"num_inference_steps\":1}".formatted(marker)));
    signedIn("en-US", false).fill("#query", marker);
    browser.click(".card .picture");
    browser.click("#detail .words button");

    assertThat(browser.text(".toast")).isNotEmpty();
    assertThat(browser.run("""
        const place = document.querySelector('.toast').getBoundingClientRect();
        return document.elementFromPoint(place.x + place.width / 2, place.y + place.height / 2).closest('.toast') !== null;
        """)).isEqualTo(true);
    browser.type("#detail", Keys.ESCAPE);
    browser.untilGone("#detail");
    browser.until("the toasts are the page's again",
        page -> page.run("return document.getElementById('toasts').parentNode.nodeName").equals("BODY"));
  }

  @Test
  void aPictureIsVariedAndItsSettingsAreTakenOver() {
    api.awaitResult(api.generate(
        "{\"prompt\":\"%s\",\"width\":128,\"height\":64,\"num_inference_steps\":2,\"seed\":77}".formatted(marker)));
    signedIn("en-US", false).fill("#query", marker);
    browser.click(".card .picture");
    browser.click("#detail .actions button:nth-of-type(2)");
    browser.until("four pictures", page -> page.all(".tile.ready").size() == 4);

    browser.click(".tile.ready .picture");
    browser.click("#detail .actions button:nth-of-type(3)");

    assertThat(browser.find("#width").getAttribute("value")).isEqualTo("128");
    assertThat(browser.find("#num_inference_steps").getAttribute("value")).isEqualTo("2");
    assertThat(browser.find("#prompt").getAttribute("value")).isEqualTo(marker);
  }

  @Test
  void whatIsWrongIsSaidAtItsField() {
    signedIn("en-US", false).click("#draw");
    assertThat(browser.text("#prompt-error")).isNotEmpty();

    browser.fill("#prompt", marker);
    browser.click("#advanced summary");
    browser.fill("#width", "9000");
    browser.click("#draw");

    assertThat(browser.text("#width-error")).contains("2048");
    assertThat(browser.find("#width").getAttribute("aria-invalid")).isNotNull();
  }

  @Test
  void theSeedsOfABatchEndAtTheLargest() {
    signedIn("en-US", false).fill("#prompt", marker);
    browser.click("#advanced summary");
    browser.fill("#count", "2");
    browser.fill("#seed", "9223372036854775807");
    browser.click("#draw");

    assertThat(browser.text("#seed-error")).contains("9223372036854775806");
  }

  @Test
  void whoHasNoKeyIsAskedForOneAndAWrongOneIsNotAccepted() {
    open("en-US", false).size(1440, 900).open(api.url() + "/ui/");
    browser.click("#gallery-notice button");
    browser.type("#key-input", "wrong", Keys.ENTER);
    browser.until("the refusal", page -> page.text("#gallery-notice").contains("does not accept"));

    browser.click("#gallery-notice button");
    browser.type("#key-input", api.key(), Keys.ENTER);
    browser.untilGone("#gallery-notice button");

    browser.fill("#prompt", marker);
    browser.click("#draw");
    browser.find(".tile.ready img");
  }

  @Test
  void thePageSpeaksChinese() {
    signedIn("zh-CN", false);

    assertThat(browser.text("#draw")).startsWith("开始绘制");
    assertThat(browser.run("return document.documentElement.lang")).isEqualTo("zh-CN");
    browser.click("#language");
    browser.until("English", page -> page.text("#draw").startsWith("Draw"));
  }

  @Test
  void aServerThatIsGoneIsNoticedAndSoIsItsReturn() {
    signedIn("en-US", false);
    browser.cdp("Network.enable", Map.of());
    browser.cdp("Network.emulateNetworkConditions",
        Map.of("offline", true, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    browser.fill("#prompt", marker);
    browser.click("#draw");
    assertThat(browser.text("#unreachable")).contains("cannot be reached");

    browser.cdp("Network.emulateNetworkConditions",
        Map.of("offline", false, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    browser.untilGone("#unreachable");
    browser.click("#draw");
    browser.find(".tile.ready img");
  }

  @Test
  void anApplicationServerWithoutTheApplicationIsTakenForOneThatIsAway() {
    signedIn("en-US", false);
    browser.run("window.real = fetch; window.fetch = async () => new Response('<html>Payara</html>', { status: 404 })");
    browser.fill("#prompt", marker);
    browser.click("#draw");
    assertThat(browser.text("#unreachable")).contains("cannot be reached");

    browser.run("window.fetch = window.real");
    browser.untilGone("#unreachable");
  }

  @ParameterizedTest
  @CsvSource({"390, 844, false", "390, 844, true", "820, 1180, false", "1440, 900, true", "1440, 900, false"})
  void nobodyMeetsABarrier(int width, int height, boolean dark) {
    String name = width + (dark ? "-dark" : "-light");
    signedIn(dark ? "zh-CN" : "en-US", dark).size(width, height);
    browser.fill("#prompt", marker + " a sunset landscape with the sea");
    browser.fill("#count", "2");
    browser.click("#draw");
    browser.until("two pictures", page -> page.all(".tile.ready").size() == 2);
    browser.screenshot("page-" + name);
    assertThat(browser.barriers()).isEmpty();
    assertThat((Long) browser.run("return document.documentElement.scrollWidth")).as("no sideways scrolling")
        .isEqualTo(width);

    browser.click(".tile.ready .picture");
    browser.find("#detail");
    browser.screenshot("detail-" + name);
    assertThat(browser.barriers()).isEmpty();
  }

  @Test
  void everythingIsReachedByKeyboard() {
    signedIn("en-US", false);
    browser.type("#prompt", marker, Keys.chord(Keys.CONTROL, Keys.ENTER));
    browser.find(".tile.ready img");

    browser.run("document.querySelector('.tile.ready .picture').focus()");
    browser.type(".tile.ready .picture", Keys.ENTER);
    browser.find("#detail");
    browser.type("#detail", Keys.ESCAPE);
    browser.untilGone("#detail");

    assertThat(browser.run("return document.activeElement.className")).isEqualTo("picture");
  }

  private Browser open(String language, boolean dark) {
    browser = Browser.start(language, dark);
    return browser;
  }

  private Browser signedIn(String language, boolean dark) {
    browser = SignedIn.start(api, language, dark);
    return browser;
  }

  /** The one batch of this test. */
  private JsonObject batch() {
    List<JsonObject> batches = api.history("?q=" + marker).getValuesAs(JsonObject.class);
    return batches.isEmpty() ? null : batches.get(0);
  }
}
