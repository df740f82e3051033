package org.zimage.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.deployers.impl.FileConfigurationParser;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.core.settings.impl.HierarchicalObjectRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who follows the documentation has a broker like ours. */
class BrokerDocumentTest {
  @TempDir
  private Path home;

  @ParameterizedTest
  @ValueSource(strings = {"zimage.generate", "zimage.requests", "zimage.dlq"})
  void addressesAreSetAsTheDocumentationSays(String address) throws Exception {
    assertThat(settings(documented(), address)).usingRecursiveComparison().comparingOnlyFields("maxDeliveryAttempts",
        "redeliveryDelay", "redeliveryMultiplier", "maxRedeliveryDelay", "deadLetterAddress", "expiryAddress")
        .isEqualTo(settings(ours(), address));
  }

  @ParameterizedTest
  @ValueSource(strings = {"zimage.generate", "zimage.requests", "zimage.dlq", "zimage.events", "shop.replies",
      "0123456789abcdef", "jms.queue.0123456789abcdef"})
  void addressesAreMadeAsTheDocumentationSays(String address) throws Exception {
    AddressSettings ours = settings(ours(), address);
    AddressSettings documented = settings(documented(), address);

    assertThat(documented.isAutoCreateQueues()).isEqualTo(ours.isAutoCreateQueues());
    assertThat(documented.isAutoCreateAddresses()).isEqualTo(ours.isAutoCreateAddresses());
  }

  @ParameterizedTest
  @ValueSource(strings = {"shop.orders", "zimage.events", "0123456789abcdef", "jms.queue.0123456789abcdef"})
  void nothingOfOthersIsOurDeadLetter(String address) throws Exception {
    for (Configuration configuration : List.of(ours(), documented())) {
      AddressSettings settings = settings(configuration, address);
      assertThat(settings).hasFieldOrPropertyWithValue("deadLetterAddress", null)
          .hasFieldOrPropertyWithValue("expiryAddress", null);
    }
    assertThat(settings(ours(), address).getMaxDeliveryAttempts()).as("deliveries, without an end").isEqualTo(-1);
  }

  @Test
  void theBrokerOfTheContainersHasTheDocumentedAddresses() throws Exception {
    try (InputStream file = Files.newInputStream(Path.of("../containers/broker.xml"))) {
      Configuration containers = new FileConfigurationParser().parseMainConfig(file);

      assertThat(containers.getAddressSettings()).isEqualTo(documented().getAddressSettings());
      assertThat(containers.getAddressConfigurations()).hasToString(documented().getAddressConfigurations().toString());
    }
  }

  private Configuration ours() throws Exception {
    return Broker.configuration(new Home(home), "127.0.0.1", 61616);
  }

  /** Merged from all that match the address, as the broker does. */
  private static AddressSettings settings(Configuration configuration, String address) {
    HierarchicalObjectRepository<AddressSettings> settings = new HierarchicalObjectRepository<>();
    settings.setDefault(new AddressSettings());
    configuration.getAddressSettings().forEach(settings::addMatch);
    return settings.getMatch(address);
  }

  private static Configuration documented() throws Exception {
    String xml = "<configuration xmlns=\"urn:activemq\"><core xmlns=\"urn:activemq:core\">" + fromTheDocument()
        + "</core></configuration>";
    return new FileConfigurationParser()
        .parseMainConfig(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
  }

  private static String fromTheDocument() throws IOException {
    String document = Files.readString(Path.of("../../docs/jms.md"));
    int start = document.indexOf("<address-settings>");
    return document.substring(start, document.indexOf("```", start));
  }
}
