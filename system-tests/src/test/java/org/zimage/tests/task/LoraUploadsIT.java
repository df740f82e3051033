package org.zimage.tests.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.api.lora.Loras.Available;
import org.zimage.client.RequestRefused;
import org.zimage.client.ZImageClient;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Broker;
import org.zimage.tests.caller.Doors;
import org.zimage.tests.caller.Drawings;
import org.zimage.tests.cli.AdministratorCommand;
import org.zimage.tests.system.RunningSystem;
import org.zimage.tests.system.SharedSystem;

/** Adapters that the administrator uploads and deletes. */
@ExtendWith(SharedSystem.class)
class LoraUploadsIT {
  private static final Path GOLDENS = Path.of("../inference/src/test/resources/fixtures/adapter-goldens");
  private static final Path PASTEL = GOLDENS.resolve("z-image-nano/kohya.safetensors");
  private static final Path INK = GOLDENS.resolve("z-image-nano/ai-toolkit.safetensors");
  private static final Duration LONGEST_START = Duration.ofMinutes(1);
  private static final List<String> NAMES = List.of("pastel", "ink", "stranger", "large");

  private final Api api;
  private final AdministratorCommand command;
  private final Api administrator;
  private final Doors doors;
  private final RunningSystem system;

  LoraUploadsIT(Api api, Broker broker, RunningSystem system) {
    this.api = api;
    this.command = new AdministratorCommand(api);
    this.administrator = api.as(api.adminKey());
    this.doors = new Doors(api, broker);
    this.system = system;
  }

  /** Without its layers nothing can be compared. */
  @BeforeEach
  void awaitTheWorker() {
    await().atMost(LONGEST_START).until(() -> upload(administrator, "nothing", new byte[0]).status() == 422);
  }

  @AfterEach
  void deleteAll() {
    NAMES.forEach(name -> administrator.send("DELETE", "/v1/loras/" + name, BodyPublishers.noBody()));
  }

  private static Answer upload(Api as, String name, byte[] content) {
    return as.send("POST", "/v1/loras?name=" + name, BodyPublishers.ofByteArray(content), "Content-Type", "application/octet-stream");
  }

  private Answer upload(String name, Path file) throws IOException {
    return upload(administrator, name, Files.readAllBytes(file));
  }

  private static String with(String name) {
    return "{\"prompt\":\"a red circle on a white background\",\"width\":96,\"height\":64,\"num_inference_steps\":2,\"seed\":0,"
        + "\"loras\":[{\"name\":\"" + name + "\"}]}";
  }

  private List<String> listed() {
    return api.get("/v1/loras").json().getJsonArray("loras").getValuesAs(JsonObject.class).stream()
        .map(each -> each.getString("name")).toList();
  }

  private int[] pixels(JsonObject result) {
    return Drawings.pixels(api.picture(result));
  }

  @Test
  void whatTheAdministratorUploadsIsDrawnWithByEverybody() throws Exception {
    system.putAdapter(PASTEL, "from-the-folder");
    JsonObject expected = api.awaitResult(api.generate(with("from-the-folder")));
    double used = api.counted("zimage_lora_seconds_count{lora=\"pastel\"}");

    Answer answer = upload("pastel", PASTEL);

    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    assertThat(answer.json().getInt("bytes")).isEqualTo((int) Files.size(PASTEL));
    assertThat(listed()).contains("pastel", "from-the-folder");
    JsonObject drawn = api.awaitResult(api.generate(with("pastel")));
    assertThat(pixels(drawn)).isEqualTo(pixels(expected));
    assertThat(pixels(doors.byMessage(with("pastel")))).isEqualTo(pixels(expected));
    assertThat(drawn.getJsonArray("loras").getJsonObject(0).getString("sha256")).isEqualTo(answer.json().getString("sha256"));
    await().untilAsserted(() ->
        assertThat(api.metric("zimage_lora_seconds_count{lora=\"pastel\"}")).isGreaterThanOrEqualTo(used + 2));
  }

  @Test
  void everyOtherKeyIsRefused() throws IOException {
    Answer answer = upload(api, "pastel", Files.readAllBytes(PASTEL));

    assertThat(answer).hasToString("403 {\"detail\":\"Only the administrator may do this: call with the key API_ADMIN_KEY\"}");
    assertThat(upload(api, "pastel", new byte[2 << 20]).status()).isEqualTo(403);
    assertThat(upload(api.as(null), "pastel", new byte[8]).status()).isEqualTo(401);
    assertThat(api.send("DELETE", "/v1/loras/pastel", BodyPublishers.noBody()).status()).isEqualTo(403);
    assertThat(listed()).doesNotContain("pastel");
  }

  @Test
  void whatFitsNoModelIsRefusedWithTheReasonAndNotStored() throws IOException {
    List<Path> before = stored();

    Answer answer = upload("stranger", GOLDENS.resolve("tiny/peft.safetensors"));

    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    assertThat(answer.json().getJsonArray("detail").getJsonObject(0).getString("msg"))
        .contains("for the model z-image-nano: stranger is no adapter of this model", "has shape").doesNotContain(".part");
    assertThat(upload(administrator, "stranger", "a pickle".getBytes(StandardCharsets.UTF_8)).body())
        .contains("is not a safetensors file");
    assertThat(upload(administrator, "stranger", new byte[0]).status()).isEqualTo(422);
    assertThat(administrator.post("/v1/loras?name=stranger", "{}").status()).isEqualTo(415);
    assertThat(upload(administrator, "no%20name", Files.readAllBytes(PASTEL)).status()).isEqualTo(422);
    assertThat(listed()).doesNotContain("stranger");
    assertThat(stored()).isEqualTo(before);
  }

  private List<Path> stored() throws IOException {
    Path folder = system.folder("pictures").resolve("loras");
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void whatIsTooLargeIsRefusedWithTheLimit() {
    assertThat(upload(administrator, "large", new byte[(4 << 20) + 1])).hasToString("413 {\"detail\":\"Request Entity Too Large: the file "
        + "of an adapter has at most 4194304 bytes; put it into the folder ZIMAGE_LORA_DIR, or have the limit ZIMAGE_MAX_LORA_BYTES raised\"}");
    assertThat(upload(administrator, "large", new byte[4 << 20]).status()).isEqualTo(422);
  }

  @Test
  void aDeletedOneCannotBeNamedAndItsNameIsFree() throws IOException {
    upload("pastel", PASTEL);
    assertThat(upload("pastel", PASTEL).status()).isEqualTo(200);
    assertThat(upload("pastel", INK).status()).isEqualTo(409);

    assertThat(administrator.send("DELETE", "/v1/loras/pastel", BodyPublishers.noBody()).json().getString("name")).isEqualTo("pastel");

    assertThat(api.post("/v1/images/generate", with("pastel")).status()).isEqualTo(422);
    assertThat(administrator.send("DELETE", "/v1/loras/pastel", BodyPublishers.noBody()))
        .hasToString("404 {\"detail\":\"Adapter not found\"}");
    assertThat(administrator.send("DELETE", "/v1/loras/blueprint", BodyPublishers.noBody()).status()).isEqualTo(409);
    assertThat(upload("blueprint", INK).status()).isEqualTo(409);
    assertThat(upload("pastel", INK).status()).isEqualTo(201);
  }

  @Test
  void theJavaClientDoesTheSame() throws IOException {
    try (ZImageClient client = ZImageClient.to(api.url()).key(api.adminKey()).open()) {
      Available pastel = client.uploadLora("pastel", PASTEL);

      assertThat(client.loras()).contains(pastel);
      assertThat(pastel.bytes()).isEqualTo(Files.size(PASTEL));
      assertThatThrownBy(() -> client.uploadLora("pastel", INK)).isInstanceOf(RequestRefused.class).hasMessageContaining("as pastel");
      assertThat(client.deleteLora("pastel")).isEqualTo(pastel);
      assertThat(client.loras()).doesNotContain(pastel);
    }
  }

  @Test
  void theCommandLineDoesTheSame(@TempDir Path folder) throws Exception {
    String copy = Files.copy(INK, folder.resolve("ink.safetensors")).toString();

    assertThat(command.run("lora", "upload", copy)).matches("0 ink: \\d+ bytes, checksum [0-9a-f]{64}\n");
    assertThat(command.run("lora", "list")).containsPattern("(?m)^ink +0\\.1 MB  [0-9a-f]{12}$");
    assertThat(command.run("lora", "upload", PASTEL.toString(), "--name", "ink")).startsWith("4 zimage: Another file was uploaded as ink");
    assertThat(command.run("lora", "upload", "nothing")).startsWith("2 zimage: nothing is no file").contains("zimage lora upload --help");
    assertThat(command.run("lora", "delete", "ink")).isEqualTo("0 ink: deleted\n");
  }
}
