package org.zimage.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What containers and Kubernetes are given fits together, and nobody draws there with a key that was made up. {@link DeploymentFilesIT}
 * lets other people's tools look at it.
 */
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

  @Test
  void everyImageIsOneOfTheContainerfile() throws IOException {
    Set<String> images = Containerfile.read().stages().keySet();

    assertThat(read("containers/compose.yaml").get("services")).asInstanceOf(MAP).values().allSatisfy(service -> {
      if (((Map<?, ?>) service).get("build") instanceof Map<?, ?> build) {
        assertThat(images).contains((String) build.get("target"));
      }
    });
    for (String folder : List.of("kubernetes", "kubernetes/export")) {
      List<String> named = items(read(folder + "/kustomization.yaml"), "images").stream().map(image -> (String) image.get("name")).toList();
      assertThat(named).allSatisfy(image -> assertThat(images).contains(image.replaceFirst("zimage-", "")));
      assertThat(pods(folder).stream().flatMap(pod -> items(pod, "containers").stream()).map(container -> (String) container.get("image")))
          .isNotEmpty().isSubsetOf(named);
    }
  }

  /** A claim that only one node can mount would leave the pods of the others waiting; one that none can write, without a model. */
  @Test
  void everyClaimThatPodsMountIsMadeForManyAndModelsAreWrittenByTheExportOnly() throws IOException {
    Map<String, Object> claims = resources("kubernetes/storage.yaml").stream().collect(Collectors.toMap(
        claim -> (String) ((Map<?, ?>) claim.get("metadata")).get("name"),
        claim -> ((Map<?, ?>) claim.get("spec")).get("accessModes")));

    assertThat(claims).allSatisfy((name, modes) -> assertThat(modes).as(name).isEqualTo(List.of("ReadWriteMany")));
    Map<String, Boolean> mountsForReading = new HashMap<>();
    for (String folder : List.of("kubernetes", "kubernetes/export")) {
      for (Map<?, ?> pod : pods(folder)) {
        for (Map<?, ?> volume : items(pod, "volumes")) {
          if (volume.get("persistentVolumeClaim") instanceof Map<?, ?> claim) {
            assertThat(claims).containsKey((String) claim.get("claimName"));
            boolean forReading = Boolean.TRUE.equals(claim.get("readOnly"));
            String image = (String) items(pod, "containers").get(0).get("image");
            mountsForReading.put(image + " " + claim.get("claimName"), forReading);
          }
        }
      }
    }
    assertThat(mountsForReading).containsEntry("zimage-export zimage-models", false)
        .containsEntry("zimage-worker zimage-models", true).containsEntry("zimage-worker-gpu zimage-models", true);
  }

  /** The patch for pictures in a bucket counts the volumes. */
  @Test
  void theVolumeOfPicturesIsWhereThePatchLooksForIt() throws IOException {
    assertThat(Files.readString(FILES.resolve("kubernetes/kustomization.yaml"))).contains("/spec/template/spec/volumes/3");
    assertThat(pods("kubernetes")).hasSize(3).allSatisfy(pod -> assertThat(items(pod, "volumes").get(3).get("name")).isEqualTo("pictures"));
  }

  private static List<Map<?, ?>> pods(String folder) throws IOException {
    List<Map<?, ?>> pods = new ArrayList<>();
    try (Stream<Path> files = Files.list(FILES.resolve(folder))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".yaml")).sorted().toList()) {
        for (Map<?, ?> resource : resources(FILES.relativize(file).toString())) {
          if (List.of("Deployment", "Job").contains(resource.get("kind"))) {
            pods.add((Map<?, ?>) ((Map<?, ?>) ((Map<?, ?>) resource.get("spec")).get("template")).get("spec"));
          }
        }
      }
    }
    return pods;
  }

  @SuppressWarnings("unchecked")
  private static List<Map<?, ?>> items(Map<?, ?> parent, String name) {
    return (List<Map<?, ?>>) parent.get(name);
  }

  private static List<Map<?, ?>> resources(String file) throws IOException {
    List<Map<?, ?>> resources = new ArrayList<>();
    new Load(LoadSettings.builder().build()).loadAllFromString(Files.readString(FILES.resolve(file)))
        .forEach(document -> resources.add((Map<?, ?>) document));
    return resources;
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
