package org.zimage.launcher.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.launcher.error.LauncherException;

class BrokerUrlTest {
  @Test
  void givesTheConnectorHostPortAndParametersAndKeepsTheAccountApart() {
    BrokerUrl broker = BrokerUrl.parse(
        "tcp://zimage:p%40ss@broker.example:61617?sslEnabled=true&trustStorePath=/etc/trust.p12");

    assertThat(broker.connection()).isEqualTo(
        "host=broker.example;port=61617;sslEnabled=true;trustStorePath=/etc/trust.p12;forceSSLParameters=true");
    assertThat(broker.user()).isEqualTo("zimage");
    assertThat(broker.password()).isEqualTo("p@ss");
  }

  @Test
  void theStoresOfTheAddressWinOverThoseOfTheServersJavaUnlessItSaysOtherwise() {
    assertThat(BrokerUrl.parse("tcp://broker?sslEnabled=true&keyStorePath=/key.p12").connection())
        .endsWith(";forceSSLParameters=true");
    assertThat(BrokerUrl.parse("tcp://broker?sslEnabled=true&trustStorePath=/t.p12&forceSSLParameters=false").connection())
        .endsWith(";forceSSLParameters=false");
    assertThat(BrokerUrl.parse("tcp://broker?sslEnabled=true").connection()).endsWith(";sslEnabled=true");
  }

  @Test
  void fillsInTheUsualPortAndNoAccount() {
    assertThat(BrokerUrl.parse("tcp://localhost").connection()).isEqualTo("host=localhost;port=61616");
    assertThat(BrokerUrl.parse("tcp://localhost").user()).isEmpty();
  }

  @Test
  void takesNamesOfContainersAndAddressesOfIpVersion6() {
    assertThat(BrokerUrl.parse("tcp://my_broker").connection()).isEqualTo("host=my_broker;port=61616");
    assertThat(BrokerUrl.parse("tcp://[::1]:61617").connection()).isEqualTo("host=::1;port=61617");
  }

  @Test
  void takesAPairAsArtemisOwnClientDoes() {
    BrokerUrl pair = BrokerUrl.parse(
        "(tcp://zimage:p%40ss@one:61617?sniHost=one,tcp://two)?ha=true&reconnectAttempts=-1&sslEnabled=true&enabledProtocols=TLSv1.2,TLSv1.3");

    assertThat(pair.connection()).isEqualTo("host=one;port=61617;sslEnabled=true;enabledProtocols=TLSv1.2\\,TLSv1.3;sniHost=one,"
        + "host=two;port=61616;sslEnabled=true;enabledProtocols=TLSv1.2\\,TLSv1.3");
    assertThat(pair.user()).isEqualTo("zimage");
    assertThat(pair.password()).isEqualTo("p@ss");
    assertThat(BrokerUrl.parse(pair.url())).isEqualTo(pair);
  }

  @Test
  void takesSeveralHostsAsOtherDriversDo() {
    assertThat(BrokerUrl.parse("tcp://one,two:61617").connection()).isEqualTo("host=one;port=61616,host=two;port=61617");
  }

  @ParameterizedTest
  @CsvSource({"tcp://a?sslEnable=true, sslEnable", "(tcp://a)?trustStorePasword=x, trustStorePasword",
      "tcp://a?trustStorePassword=a%3Bb, trustStorePassword", "tcp://a?sslEnabled, sslEnabled"})
  void namesAParameterThatCannotBePassedOn(String text, String parameter) {
    assertThatThrownBy(() -> BrokerUrl.parse(text))
        .isInstanceOf(LauncherException.class)
        .hasMessageStartingWith("ARTEMIS_URL has the parameter " + parameter + ", ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:61616", "amqp://localhost", "tcp://", "tcp://a b", "tcp://me:100%@localhost", "(tcp://a,amqp://b)", "()", "(tcp://a"})
  void saysHowToWriteWhatItCannotRead(String text) {
    assertThatThrownBy(() -> BrokerUrl.parse(text))
        .isInstanceOf(LauncherException.class)
        .hasMessageContaining("ARTEMIS_URL")
        .hasMessageContaining("tcp://host:61616").hasMessageContaining("@ / : % of a password");
  }
}
