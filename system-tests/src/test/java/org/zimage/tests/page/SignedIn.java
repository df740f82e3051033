package org.zimage.tests.page;

import java.util.Map;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Browser;

/** A browser with the page open, as somebody sees it who has entered a key. */
final class SignedIn {
  private SignedIn() { }

  /**
   * Starts a browser on a desk.
   *
   * @param language such as {@code en-US}
   * @param dark whether the system prefers dark colours
   */
  static Browser start(Api api, String language, boolean dark) {
    Browser browser = Browser.start(language, dark).size(1440, 900);
    // Before the page's own scripts: without a key the server would refuse them, and the browser complain about that at any later moment
    browser.cdp("Page.addScriptToEvaluateOnNewDocument",
        Map.of("source", "if (location.protocol !== 'about:') sessionStorage.setItem('zimage.key', '" + api.key() + "');"));
    return browser.open(api.url() + "/ui/");
  }
}
