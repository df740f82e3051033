package org.zimage.tests.page;

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
    Browser browser = Browser.start(language, dark).size(1440, 900).open(api.url() + "/ui/");
    browser.run("sessionStorage.setItem('zimage.key', arguments[0])", api.key());
    // That there was no key before is not to be complained about
    browser.complaints();
    return browser.open(api.url() + "/ui/");
  }
}
