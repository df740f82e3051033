package org.zimage.tests.page;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.PointerInput.Kind;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Browser;
import org.zimage.tests.system.SharedSystem;

/** Painting what of a picture is repainted, in a real browser. */
@ExtendWith(SharedSystem.class)
class MaskIT {
  private static final int WIDTH = 384;
  private static final int HEIGHT = 256;
  private static final int WHITE = 0xffffffff;
  private static final int BLACK = 0xff000000;
  private static final int MOST_TABS = 15;

  private final Api api;
  private final String marker = "m" + UUID.randomUUID().toString().substring(0, 8);
  @TempDir
  private Path folder;
  private Browser browser;

  MaskIT(Api api) {
    this.api = api;
  }

  @AfterEach
  void closeTheBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void whatIsPaintedOverIsRepaintedAndTheRestStays() {
    openTheMask(1440, 900);
    browser.stroke("#painted", Kind.MOUSE, at(0.25, 0.5), at(0.75, 0.5));
    String painted = share();
    browser.stroke("#painted", Kind.MOUSE, at(0.25, 0.2), at(0.75, 0.2));
    assertThat(share()).as("a second line is more").isNotEqualTo(painted);
    browser.click("#undo");
    assertThat(share()).isEqualTo(painted);
    browser.click(".choice:has(#erase)");
    browser.stroke("#painted", Kind.MOUSE, at(0.5, 0.1), at(0.5, 0.9));
    browser.click("#mask-done");
    browser.untilGone("#mask-dialog");
    assertThat(browser.text("#mask-label")).isEqualTo("Change the part to repaint");
    assertThat(browser.run("return document.getElementById('strength').value")).isEqualTo("1");

    String task = draw();

    BufferedImage mask = mask(task);
    assertThat(mask.getRGB(110, 128)).as("painted over").isEqualTo(WHITE);
    assertThat(mask.getRGB(274, 128)).as("painted over").isEqualTo(WHITE);
    assertThat(mask.getRGB(192, 128)).as("erased").isEqualTo(BLACK);
    assertThat(mask.getRGB(192, 51)).as("undone").isEqualTo(BLACK);
    assertThat(mask.getRGB(10, 10)).as("never touched").isEqualTo(BLACK);
    BufferedImage picture = api.picture(api.awaitResult(task));
    assertThat(picture.getRGB(10, 10)).isEqualTo(TestPicture.SKY);
    assertThat(picture.getRGB(370, 250)).isEqualTo(TestPicture.SAND);
    assertThat(IntStream.range(100, 150).filter(x -> picture.getRGB(x, 128) != TestPicture.SKY).count())
        .as("pixels that were repainted").isGreaterThan(25);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatWasRepaintedIsOutlinedAndCanBePaintedOn() {
    openTheMask(1440, 900);
    browser.stroke("#painted", Kind.MOUSE, at(0.3, 0.5), at(0.6, 0.5));
    String painted = share();
    browser.click("#mask-done");
    draw();
    browser.click(".tile.ready .picture");
    browser.find("#detail .outlined canvas");
    assertThat(browser.text("#detail .parameters")).contains("Keep the rest exactly");
    browser.run("[...document.querySelectorAll('#detail .actions > *')].find((each) => each.textContent === 'Edit').click()");
    browser.untilGone("#detail");
    browser.click("#mask_image");

    assertThat(share()).isEqualTo(painted);
  }

  @Test
  void aFingerPaintsOnAPhone() {
    openTheMask(390, 844);
    browser.type("#brush-width", Keys.HOME);
    browser.stroke("#painted", Kind.TOUCH, at(0.2, 0.3), at(0.5, 0.4), at(0.8, 0.3));
    String thin = share();
    browser.click("#undo");
    browser.type("#brush-width", Keys.END);
    browser.stroke("#painted", Kind.TOUCH, at(0.2, 0.3), at(0.5, 0.4), at(0.8, 0.3));

    assertThat(percent(share())).as("a wide brush paints more than a thin one").isGreaterThan(10 * percent(thin));
    assertThat((Boolean) browser.run("return document.getElementById('brush').hidden")).as("a finger has no ring").isTrue();
    browser.click("#mask-done");
    assertThat(mask(draw()).getRGB(192, 100)).isEqualTo(WHITE);
  }

  @Test
  void aRectangleIsAddedByKeyboardAlone() {
    signedIn(1440, 900);
    browser.run("document.getElementById('mask_image').focus()");
    browser.press(Keys.ENTER);
    browser.find("#mask-dialog");
    tabTo(".rectangle summary");
    browser.press(Keys.ENTER);
    enterRectangle("64", "32", "0", "128");
    assertThat(browser.text("#rectangle-error")).contains("384 × 256");
    tabBackTo("#rectangle-left");
    typeRectangle("64", "32", "192", "128");
    browser.untilGone("#rectangle-error");
    assertThat(share()).startsWith("25 %");

    tabBackTo("#undo");
    browser.press(Keys.ENTER);
    assertThat(share()).startsWith("Nothing");
    assertThat(browser.run("return document.activeElement.id")).as("the focus stays").isEqualTo("undo");

    tabTo("#rectangle-left");
    typeRectangle("64", "32", "192", "128");
    browser.press(Keys.ESCAPE);
    browser.untilGone("#mask-dialog");
    assertThat(browser.run("return document.activeElement.id")).as("back where it was opened").isEqualTo("mask_image");

    BufferedImage mask = mask(draw());
    assertThat(mask.getRGB(64, 32)).isEqualTo(WHITE);
    assertThat(mask.getRGB(255, 159)).isEqualTo(WHITE);
    assertThat(mask.getRGB(63, 32)).isEqualTo(BLACK);
    assertThat(mask.getRGB(256, 160)).isEqualTo(BLACK);
  }

  @Test
  void aMaskIsThereAgainAfterTheNextVisit() {
    openTheMask(1440, 900);
    browser.stroke("#painted", Kind.MOUSE, at(0.3, 0.5), at(0.6, 0.5));
    String painted = share();
    browser.click("#mask-done");

    browser.open(api.url() + "/ui/");
    browser.click("#mask_image");

    assertThat(share()).isEqualTo(painted);
  }

  @ParameterizedTest
  @CsvSource({"390, 844, false", "390, 844, true", "820, 1180, false", "1440, 900, true", "1440, 900, false",
      "1280, 720, false"})
  void nobodyMeetsABarrier(int width, int height, boolean dark) {
    String name = width + (dark ? "-dark" : "-light");
    browser = SignedIn.start(api, dark ? "zh-CN" : "en-US", dark).size(width, height);
    choose();
    browser.screenshot("start-" + name);
    assertThat(browser.barriers()).isEmpty();

    browser.click("#mask_image");
    browser.stroke("#painted", Kind.MOUSE, at(0.3, 0.3), at(0.6, 0.5));
    browser.click(".rectangle summary");
    browser.screenshot("mask-" + name);
    assertThat(browser.barriers()).isEmpty();
    assertThat((Boolean) browser.run("""
        const dialog = document.getElementById('mask-dialog');
        return dialog.scrollHeight <= dialog.clientHeight && dialog.scrollWidth <= dialog.clientWidth;
        """)).as("everything is seen without scrolling").isTrue();

    browser.click("#mask-done");
    browser.fill("#prompt", marker);
    browser.click("#draw");
    browser.click(".tile.ready .picture");
    browser.find("#detail .outlined canvas");
    browser.screenshot("before-after-" + name);
    assertThat(browser.barriers()).isEmpty();
    assertThat((Long) browser.run("return document.documentElement.scrollWidth")).as("no sideways scrolling")
        .isEqualTo(width);
  }

  private void openTheMask(int width, int height) {
    signedIn(width, height);
    browser.click("#mask_image");
    browser.find("#painted");
  }

  private void signedIn(int width, int height) {
    browser = SignedIn.start(api, "en-US", false).size(width, height);
    choose();
  }

  private void choose() {
    browser.choose("#image", TestPicture.write(folder.resolve("beach.png"), WIDTH, HEIGHT));
    browser.find("#start-chosen");
  }

  private static double[] at(double x, double y) {
    return new double[] {x, y};
  }

  private String share() {
    return browser.text("#mask-share");
  }

  private static int percent(String share) {
    return Integer.parseInt(share.replaceFirst(" .*", ""));
  }

  private void tabTo(String css) {
    press(css, Keys.TAB);
  }

  private void tabBackTo(String css) {
    press(css, Keys.chord(Keys.SHIFT, Keys.TAB));
  }

  private void press(String css, CharSequence key) {
    for (int i = 0; i < MOST_TABS && !isFocused(css); i++) {
      browser.press(key);
    }
    assertThat(isFocused(css)).as("%s is reached", css).isTrue();
  }

  private boolean isFocused(String css) {
    return (Boolean) browser.run("return document.activeElement.matches(arguments[0])", css);
  }

  private void enterRectangle(String... numbers) {
    browser.press(Keys.TAB);
    typeRectangle(numbers);
  }

  /** Types into the field that has the focus and those after it. */
  private void typeRectangle(String... numbers) {
    for (int i = 0; i < numbers.length; i++) {
      browser.press(Keys.chord(Keys.CONTROL, "a"), numbers[i], i < numbers.length - 1 ? Keys.TAB : Keys.ENTER);
    }
  }

  /** Draws, and waits for the picture; its task's id. */
  private String draw() {
    browser.fill("#prompt", marker);
    browser.press(Keys.chord(Keys.CONTROL, Keys.ENTER));
    browser.find(".tile.ready img");
    JsonObject batch = api.get("/v1/history/" + api.history("?q=" + marker).getJsonObject(0).getString("task_id")).json();
    return batch.getJsonArray("items").getJsonObject(0).getString("task_id");
  }

  /** The mask as the server has it. */
  private BufferedImage mask(String task) {
    Answer png = api.get("/v1/tasks/" + task + "/inputs/mask_image");
    assertThat(png.status()).isEqualTo(200);
    try {
      return ImageIO.read(new ByteArrayInputStream(png.bytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
