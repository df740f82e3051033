package org.zimage.launcher.artemis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.deployers.impl.FileConfigurationParser;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.core.settings.impl.HierarchicalObjectRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.launcher.home.Home;
import org.zimage.launcher.settings.LauncherSettings;

/** Who follows the documentation has a broker like ours. */
class BrokerDocumentTest {
  private static final Path DOCUMENT = Path.of("../../docs/jms.md");

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

  @Test
  void theTableOfPermissionsSaysWhatTheSettingsSay() throws Exception {
    Map<String, Map<String, Set<String>>> settings = new TreeMap<>();
    documented().getSecurityRoles().forEach((address, roles) -> {
      Map<String, Set<String>> permissions = new TreeMap<>();
      roles.forEach(role -> permissions.put(role.getName(), permissions(role)));
      if (!roles.isEmpty()) {
        settings.put(address, permissions);
      }
    });

    assertThat(table()).isNotEmpty().isEqualTo(settings);
  }

  private static Set<String> permissions(Role role) {
    Map<String, Boolean> all = new TreeMap<>(Map.of("send", role.isSend(), "consume", role.isConsume(), "browse", role.isBrowse(),
        "manage", role.isManage(), "createDurableQueue", role.isCreateDurableQueue(), "deleteDurableQueue", role.isDeleteDurableQueue(),
        "createNonDurableQueue", role.isCreateNonDurableQueue(), "deleteNonDurableQueue", role.isDeleteNonDurableQueue(),
        "createAddress", role.isCreateAddress(), "deleteAddress", role.isDeleteAddress()));
    all.values().removeIf(allowed -> !allowed);
    return all.keySet();
  }

  /** By address and role. */
  private static Map<String, Map<String, Set<String>>> table() throws IOException {
    Map<String, Map<String, Set<String>>> table = new TreeMap<>();
    String[] roles = {"zimage-web", "zimage-worker", "zimage-client"};
    String document = Files.readString(DOCUMENT);
    document.substring(document.indexOf("| address | web nodes")).lines().skip(2).takeWhile(row -> row.startsWith("|")).forEach(row -> {
      String[] cells = row.split("\\|");
      Map<String, Set<String>> permissions = new TreeMap<>();
      for (int i = 0; i < roles.length; i++) {
        if (!cells[i + 2].isBlank()) {
          permissions.put(roles[i], new TreeSet<>(List.of(cells[i + 2].strip().split(", "))));
        }
      }
      table.put(cells[1].split("`")[1], permissions);
    });
    return table;
  }

  private Configuration ours() throws Exception {
    return Broker.configuration(new Home(home), LauncherSettings.of(Map.of()), 61616);
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

  /** All that belongs into the broker's file, one after the other. */
  private static String fromTheDocument() throws IOException {
    return Pattern.compile("```xml\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(DOCUMENT)).results()
        .map(block -> block.group(1)).collect(Collectors.joining());
  }
}
