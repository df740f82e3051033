package org.zimage.tests.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Browser;
import org.zimage.tests.system.SharedSystem;

/** Where a picture comes from and when it ends, on the page, in a real browser. */
@ExtendWith(SharedSystem.class)
class OriginPageIT {
  @TempDir
  Path folder;
  private final Api api;
  private final String marker = "m" + UUID.randomUUID().toString().substring(0, 8);
  private Browser browser;

  OriginPageIT(Api api) {
    this.api = api;
  }

  @BeforeEach
  void openTheBrowser() {
    browser = SignedIn.start(api, "en-US", false);
  }

  @AfterEach
  void closeTheBrowser() {
    browser.close();
  }

  @Test
  void whoeverHasAPictureIsToldThatItWasMadeHereAndSeesIt() throws IOException {
    draw();
    browser.click("#origin-button");
    browser.choose("#origin-file", picture());
    browser.find("#origin-answer .matches img");

    assertThat(browser.text("#origin-answer")).contains("this very file was made here", "no content credentials");
    browser.screenshot("origin");
    assertThat(browser.barriers()).isEmpty();

    browser.click("#origin-answer .matches button");
    browser.until("the picture", page -> page.text("#detail .prompt").equals(marker));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aStrangersPictureIsUnknown() throws IOException {
    browser.click("#origin-button");
    browser.choose("#origin-file", blocksByChance(folder.resolve("strange.png")));

    browser.until("the answer", page -> page.text("#origin-answer").contains("None of your pictures looks like it"));
  }

  @Test
  void whatIsNoPictureIsRefused() throws IOException {
    browser.click("#origin-button");
    browser.choose("#origin-file", Files.writeString(folder.resolve("text.png"), "no picture"));

    browser.find("#origin-answer .problem");
    assertThat(browser.text("#origin-answer")).contains("PNG");
  }

  @Test
  void aPictureSaysWhenItEnds() {
    browser.click("#advanced summary");
    browser.run("""
        const period = document.getElementById('expires_in');
        period.value = '86400';
        period.dispatchEvent(new Event('input', { bubbles: true }));""");
    draw();
    browser.click(".tile.ready .picture");

    browser.until("the end", page -> page.text("#detail .parameters").contains("Ends"));
    assertThat(browser.complaints()).isEmpty();
  }

  /** Like nothing that another test has drawn. */
  private static Path blocksByChance(Path file) throws IOException {
    BufferedImage picture = new BufferedImage(256, 192, BufferedImage.TYPE_INT_RGB);
    Random random = new Random();
    for (int block = 0; block < 12 * 16; block++) {
      int[] colour = new int[16 * 16];
      Arrays.fill(colour, random.nextInt(1 << 24));
      picture.setRGB(block % 16 * 16, block / 16 * 16, 16, 16, colour, 0, 16);
    }
    ImageIO.write(picture, "png", file.toFile());
    return file;
  }

  private void draw() {
    browser.fill("#prompt", marker);
    browser.click("#draw");
    browser.find(".tile.ready img");
  }

  private Path picture() throws IOException {
    String batch = api.history("?q=" + marker).getJsonObject(0).getString("task_id");
    String address = api.get("/v1/history/" + batch).json().getJsonArray("items").getJsonObject(0).getString("image_url");
    return Files.write(folder.resolve("picture.webp"), api.get(address).bytes());
  }
}
