package org.zimage.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtherSitesTest {
  @ParameterizedTest
  @CsvSource(nullValues = "-", value = {
      "same-origin, https://images.example, 10.0.0.1, -",
      "none, -, images.example, -",
      "-, -, images.example, -",
      "-, http://images.example, images.example, -",
      "-, http://images.example, images.example:80, -",
      "-, https://images.example, images.example:443, -",
      "-, http://Images.example:8000, images.example:8000, -",
      "-, https://images.example, 127.0.0.1:8000, images.example"})
  void ownPagesAndProgramsMayCall(String site, String origin, String host, String forwardedHost) {
    assertThat(OtherSites.isOwn(site, origin, host, forwardedHost)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(nullValues = "-", value = {
      "cross-site, http://images.example, images.example, -",
      "same-site, http://images.example, images.example, -",
      "cross-site, -, images.example, -",
      "-, http://evil.example, images.example, -",
      "-, http://images.example:8001, images.example:8000, -",
      "-, https://images.example, images.example:80, -",
      "-, http://images.example.evil.example, images.example, images.example",
      "-, null, images.example, -",
      "-, '', images.example, -",
      "-, 'http://[', images.example, -",
      "-, http://images.example, -, -"})
  void pagesOfOtherSitesMayNot(String site, String origin, String host, String forwardedHost) {
    assertThat(OtherSites.isOwn(site, origin, host, forwardedHost)).isFalse();
  }
}
