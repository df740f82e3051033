package org.zimage.tests.caller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.PointerInput;
import org.openqa.selenium.interactions.PointerInput.Kind;
import org.openqa.selenium.interactions.PointerInput.MouseButton;
import org.openqa.selenium.interactions.PointerInput.Origin;
import org.openqa.selenium.interactions.Sequence;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.FluentWait;
import org.zimage.architecture.LeftOut;

/**
 * A Chromium without a screen, as Debian's packages chromium and chromium-driver bring it. Owns its processes until it
 * is closed.
 */
public final class Browser implements AutoCloseable {
  private static final List<Path> BROWSERS =
      Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
          .map(Path::of).toList();
  private static final List<Path> DRIVERS = Stream.of("/usr/bin/chromedriver", "/usr/lib/chromium/chromedriver")
      .map(Path::of).toList();
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration STROKE = Duration.ofMillis(60);

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /**
   * Starts a browser; the test is left out where there is none.
   *
   * @param language such as {@code en-US}
   * @param dark whether the system prefers dark colours
   */
  public static Browser start(String language, boolean dark) {
    Optional<Path> browser = BROWSERS.stream().filter(Files::isExecutable).findFirst();
    Optional<Path> chromedriver = DRIVERS.stream().filter(Files::isExecutable).findFirst();
    LeftOut.unless(browser.isPresent() && chromedriver.isPresent(),
        "no Chromium was found: the web page was not tried (Debian: apt-get install chromium chromium-driver)");
    ChromeOptions options = new ChromeOptions();
    options.setAcceptInsecureCerts(true); // a test's own authority
    options.setBinary(browser.get().toFile());
    options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
        "--hide-scrollbars", "--lang=" + language, "--accept-lang=" + language);
    options.setExperimentalOption("prefs", Map.of("intl.accept_languages", language));
    if (dark) {
      options.addArguments("--force-dark-mode");
    }
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(chromedriver.get().toFile())
        .build();
    ChromeDriver driver = new ChromeDriver(service, options);
    Browser started = new Browser(driver);
    if (dark) {
      started.cdp("Emulation.setEmulatedMedia",
          Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
    }
    return started;
  }

  /** A viewport of that size, as a phone or a screen has it. */
  public Browser size(int width, int height) {
    driver.manage().window().setSize(new Dimension(width, height));
    cdp("Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    return this;
  }

  public Browser open(String address) {
    driver.get(address);
    return this;
  }

  public WebElement find(String css) {
    return until("the element " + css, present -> {
      List<WebElement> found = driver.findElements(By.cssSelector(css)).stream().filter(WebElement::isDisplayed)
          .toList();
      return found.isEmpty() ? null : found.get(0);
    });
  }

  public List<WebElement> all(String css) {
    return driver.findElements(By.cssSelector(css));
  }

  /** Clicks on an element as soon as it is there; the page may put another in its place at any moment. */
  public void click(String css) {
    until("a click on " + css, page -> {
      WebElement element = find(css);
      run("arguments[0].scrollIntoView({block: 'center'})", element);
      element.click();
      return true;
    });
  }

  public void type(String css, CharSequence... keys) {
    find(css).sendKeys(keys);
  }

  /** Types where the focus is. */
  public void press(CharSequence... keys) {
    driver.switchTo().activeElement().sendKeys(keys);
  }

  /** Gives a file to an input, which the page may hide behind a button of its own. */
  public void choose(String css, Path file) {
    driver.findElement(By.cssSelector(css)).sendKeys(file.toAbsolutePath().toString());
  }

  /**
   * Presses a pointer, moves it over an element and lets it go.
   *
   * @param points parts of the element's width and height, from its left upper corner
   */
  public void stroke(String css, Kind pointer, double[]... points) {
    List<?> box = (List<?>) run("""
        const box = arguments[0].getBoundingClientRect();
        return [box.left, box.top, box.width, box.height];""", find(css));
    double[] place = box.stream().mapToDouble(value -> ((Number) value).doubleValue()).toArray();
    PointerInput hand = new PointerInput(pointer, "hand");
    Sequence stroke = new Sequence(hand, 0);
    for (int i = 0; i < points.length; i++) {
      int x = (int) Math.round(place[0] + points[i][0] * place[2]);
      int y = (int) Math.round(place[1] + points[i][1] * place[3]);
      stroke.addAction(hand.createPointerMove(i == 0 ? Duration.ZERO : STROKE, Origin.viewport(), x, y));
      if (i == 0) {
        stroke.addAction(hand.createPointerDown(MouseButton.LEFT.asArg()));
      }
    }
    driver.perform(List.of(stroke.addAction(hand.createPointerUp(MouseButton.LEFT.asArg()))));
  }

  public void fill(String css, String text) {
    WebElement field = find(css);
    field.clear();
    field.sendKeys(text);
  }

  public String text(String css) {
    return find(css).getText();
  }

  public Object run(String script, Object... arguments) {
    return ((JavascriptExecutor) driver).executeScript(script, arguments);
  }

  /** Waits until something is true, or is there. */
  public <T> T until(String what, Function<Browser, T> condition) {
    return new FluentWait<>(this).withTimeout(LONGEST).pollingEvery(Duration.ofMillis(50))
        .ignoring(org.openqa.selenium.StaleElementReferenceException.class).withMessage(what).until(condition);
  }

  public void untilGone(String css) {
    until("no element " + css, browser -> all(css).stream().noneMatch(WebElement::isDisplayed));
  }

  public void cdp(String command, Map<String, Object> parameters) {
    driver.executeCdpCommand(command, parameters);
  }

  /** Keeps a picture of the page below {@code target/screenshots}, to be looked at. */
  public void screenshot(String name) {
    try {
      Files.createDirectories(SCREENSHOTS);
      Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new IllegalStateException("The screenshot " + name + " cannot be written", e);
    }
  }

  /** What axe-core finds on the page as it is now and calls serious or critical. */
  @SuppressWarnings("unchecked")
  public List<String> barriers() {
    run(resource("/axe.min.js"));
    return (List<String>) driver.executeAsyncScript("""
        const done = arguments[arguments.length - 1];
        axe.run(document, { resultTypes: ['violations'] }).then((result) => done(result.violations
          .filter((violation) => ['serious', 'critical'].includes(violation.impact))
          .map((violation) => violation.id + ': ' + violation.nodes.map((node) => node.target + ' ' + node.failureSummary).join('; '))));
        """);
  }

  /**
   * What the browser complained about since the last time it was asked: scripts that fail, files that a policy forbids.
   */
  public List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue()).map(entry -> entry.getMessage())
        .toList();
  }

  private static String resource(String name) {
    try (InputStream in = Browser.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(name + " cannot be read", e);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
