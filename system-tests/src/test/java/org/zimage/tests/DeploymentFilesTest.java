package org.zimage.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What containers and Kubernetes are given: nobody draws there with a key that was made up. */
class DeploymentFilesTest {
  private static final Path FILES = Path.of("../server-config");
  private static final List<String> KEYS = List.of("admin-key", "allowed-keys");

  @ParameterizedTest
  @ValueSource(strings = {"web", "worker", "worker-gpu"})
  void eachContainerAcceptsListedKeysOnly(String service) throws IOException {
    Map<?, ?> compose = read("containers/compose.yaml");
    Map<?, ?> container = (Map<?, ?>) ((Map<?, ?>) compose.get("services")).get(service);
    Map<?, ?> node = (Map<?, ?>) compose.get("x-node");

    assertThat(container.containsKey("environment") || container.containsKey("secrets")).as("it takes those of all nodes").isFalse();
    assertAsksForListedKeys((Map<?, ?>) node.get("environment"), "/run/secrets/");
    assertThat(((List<?>) node.get("secrets")).containsAll(KEYS)).isTrue();
    assertThat(((Map<?, ?>) compose.get("secrets")).keySet().containsAll(KEYS)).isTrue();
  }

  @Test
  void eachPodAcceptsListedKeysOnly() throws IOException {
    assertAsksForListedKeys((Map<?, ?>) read("kubernetes/settings.yaml").get("data"), "/run/secrets/zimage/");
    assertThat(Files.readString(FILES.resolve("kubernetes/kustomization.yaml"))).contains("--from-literal=allowed-keys=");
  }

  private static void assertAsksForListedKeys(Map<?, ?> environment, String secrets) {
    assertThat(environment.get("API_ENABLE_AUTH")).isEqualTo("true");
    assertThat(environment.get("API_ADMIN_KEY_FILE")).isEqualTo(secrets + "admin-key");
    assertThat(environment.get("API_ALLOWED_KEYS_FILE")).isEqualTo(secrets + "allowed-keys");
  }

  private static Map<?, ?> read(String file) throws IOException {
    return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(FILES.resolve(file)));
  }
}
