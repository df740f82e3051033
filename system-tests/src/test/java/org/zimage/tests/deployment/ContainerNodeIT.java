package org.zimage.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.zimage.tests.caller.Api;
import org.zimage.tests.deployment.Container.Mount;
import org.zimage.tests.system.FreePort;
import org.zimage.tests.system.RunningSystem;

/** Nodes as the images run them on Kubernetes: the images' commands and variables, the pods' settings, secrets and folders. */
@Tag("deployment")
@TestMethodOrder(OrderAnnotation.class)
class ContainerNodeIT {
  private static final String KEY = "client-key-1";
  private static final String PICTURE = "{\"prompt\":\"a red circle\",\"width\":128,\"height\":128,\"num_inference_steps\":2}";

  @TempDir
  private static Path folder;
  private static Containerfile images;
  private static RunningSystem backends;
  private static Path models;
  private static Path pictures;
  private static Path secrets;
  private static Container web;
  private static Container worker;
  private static int webPort;
  private static int workerPort;

  @BeforeAll
  static void start() throws Exception {
    images = Containerfile.read();
    backends = RunningSystem.startBackends();
    models = ownedByTheUser("models");
    pictures = ownedByTheUser("pictures");
    secrets = secrets();
    webPort = FreePort.find();
    workerPort = FreePort.find();
    web = run("web", webPort, images.command("web"), new Mount(pictures, "/pictures", false));
    worker = run("worker", workerPort, images.command("worker"), new Mount(pictures, "/pictures", true),
        new Mount(models, "/models", false));
    // A worker that is there before its model waits for it
    Container export = run("export", 0, images.command("export"), new Mount(models, "/models", true));
    assertThat(export.exitValue(5)).as(export.text()).isZero();
    awaitHealthy("web", web, webPort);
    awaitHealthy("worker", worker, workerPort);
  }

  @AfterAll
  static void stop() throws IOException {
    for (Container container : new Container[] {worker, web}) {
      if (container != null) {
        container.close();
      }
    }
    if (backends != null) {
      backends.close();
    }
  }

  @Test
  @Order(1)
  void drawAPictureForThoseWhoseKeyIsListed() throws Exception {
    Api api = new Api("http://127.0.0.1:" + webPort, KEY, null, null);

    api.picture(api.awaitResult(api.generate(PICTURE)));

    assertThat(api.as("made-up").post("/v1/images/generate", PICTURE).status()).isEqualTo(403);
    try (Stream<Path> files = Files.walk(pictures)) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(2)
          .allSatisfy(file -> assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(Container.USER));
    }
  }

  @Test
  @Order(2)
  void haveNoRights() throws Exception {
    for (Container container : List.of(web, worker)) {
      assertThat(Files.readAllLines(Path.of("/proc/" + container.process().pid() + "/status")))
          .contains("Uid:\t10001\t10001\t10001\t10001", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1");
    }
    Container curious = run("web", 0, List.of("sh", "-c", "for f in /f /etc/f /opt/zimage/f /opt/zimage/lib/f /pictures/f; do "
        + "touch $f 2>/dev/null && echo $f; done; cat /run/secrets/zimage/admin-key"), new Mount(pictures, "/pictures", false));
    assertThat(curious.exitValue(1)).isZero();
    assertThat(curious.text()).as("what can be written, and the secret that can be read").isEqualTo("the-admin-key");
  }

  @Test
  @Order(3)
  void stopWhenTheyAreAsked() throws Exception {
    worker.process().destroy();

    assertThat(worker.exitValue(1)).as(worker.text()).isEqualTo(143);
  }

  private static Container run(String image, int port, List<String> command, Mount... own) throws IOException {
    List<Mount> mounts = new ArrayList<>(List.of(own));
    mounts.add(new Mount(ownedByTheUser("home"), "/var/lib/zimage", true));
    mounts.add(new Mount(secrets, "/run/secrets/zimage", false));
    Map<String, String> environment = new HashMap<>(images.environment(image));
    environment.putAll(settingsOfThePods());
    environment.put("ZIMAGE_PORT", Integer.toString(port));
    environment.put("ZIMAGE_JAVA_OPTIONS", "-Xmx512m");
    return Container.run(Files.createTempDirectory(folder, image), mounts, environment, command);
  }

  /** As the engine asks, with the image's own command. */
  private static void awaitHealthy(String image, Container container, int port) {
    await("the " + image + " node").atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofSeconds(1)).until(() -> {
      if (!container.process().isAlive()) {
        throw new IllegalStateException("The " + image + " node ended:\n" + container.text());
      }
      List<String> check = images.healthCheck(image);
      assertThat(check).as("health check of " + image).isNotEmpty();
      return run(image, port, check).exitValue(1) == 0;
    });
  }

  private static Map<String, String> settingsOfThePods() throws IOException {
    Map<?, ?> settings = (Map<?, ?>) new Load(LoadSettings.builder().build())
        .loadFromString(Files.readString(Path.of("../server-config/kubernetes/settings.yaml")));
    Map<String, String> data = new HashMap<>();
    ((Map<?, ?>) settings.get("data")).forEach((name, value) -> data.put((String) name, (String) value));
    return data;
  }

  /** Of root and the pod's group, for reading only, as Kubernetes mounts them. */
  private static Path secrets() throws IOException {
    Path all = Files.createDirectory(folder.resolve("secrets"));
    Map<String, String> addresses = backends.addresses();
    Map<String, String> values = Map.of("database-url", addresses.get("DATABASE_URL"), "artemis-url", addresses.get("ARTEMIS_URL"),
        "redis-url", addresses.get("REDIS_URL"), "admin-key", "the-admin-key", "allowed-keys", KEY);
    for (Map.Entry<String, String> value : values.entrySet()) {
      Path file = Files.writeString(all.resolve(value.getKey()), value.getValue());
      Files.setAttribute(file, "unix:gid", Container.USER);
      Files.setAttribute(file, "unix:mode", 0440);
    }
    Files.setAttribute(all, "unix:gid", Container.USER);
    Files.setAttribute(all, "unix:mode", 0750);
    return all;
  }

  private static Path ownedByTheUser(String name) throws IOException {
    Path made = Files.createTempDirectory(folder, name);
    Files.setAttribute(made, "unix:uid", Container.USER);
    return made;
  }
}
