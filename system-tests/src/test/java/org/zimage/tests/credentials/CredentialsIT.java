package org.zimage.tests.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.PythonScript;
import org.zimage.tests.system.RunningSystem;

/** A system with the key store of {@code zimage credentials init}; its pictures are verified with c2pa-python, and step by step. */
class CredentialsIT {
  private static final String VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/";
  private static final List<String> ENDINGS = List.of(".png", ".webp");

  @TempDir
  private static Path folder;
  private static Path python;
  private static Path credentials;
  private static RunningSystem system;
  private static Api api;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    python = PythonScript.python(PythonScript.file("credentials-requirements.txt"));
    credentials = folder.resolve("credentials");
    assertThat(init(credentials)).contains("Only for trying it out: nobody else trusts this authority");
    system = RunningSystem.start(settings(credentials.resolve("password")));
    api = new Api(system.url(), null, null, null);
  }

  @AfterAll
  static void stop() throws IOException {
    if (system != null) {
      system.close();
    }
  }

  private static Map<String, String> settings(Path passwordFile) {
    return Map.of("ZIMAGE_C2PA_KEYSTORE", credentials.resolve("pictures.p12").toString(), "ZIMAGE_C2PA_KEYSTORE_PASSWORD_FILE",
        passwordFile.toString());
  }

  @Test
  void everyPictureIsSignedWhateverItsSize() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String size : List.of("64x64", "96x64", "333x200", "256x512", "512x512")) {
      String[] sides = size.split("x");
      files.addAll(pictures(api.generate("{\"prompt\":\"a red circle\",\"num_inference_steps\":1,\"width\":" + sides[0] + ",\"height\":"
          + sides[1] + "}"), size));
    }

    JsonObject verdicts = verify(files);

    assertThat(verdicts).hasSize(2 * 5);
    verdicts.forEach((file, verdict) -> {
      assertThat(verdict.asJsonObject().getString("state")).as(file).isEqualTo("Trusted");
      assertThat(verdict.asJsonObject().getString("by_hand")).as(file).isEqualTo("valid");
      assertThat(verdict.asJsonObject().getString("agent")).isEqualTo("Z-Image EE");
      JsonObject action = verdict.asJsonObject().getJsonArray("actions").getJsonObject(0);
      assertThat(action.getString("action")).isEqualTo("c2pa.created");
      assertThat(action.getString("digitalSourceType")).isEqualTo(VOCABULARY + "trainedAlgorithmicMedia");
      String[] sides = file.replaceFirst("\\..*", "").split("x");
      assertThat(verdict.asJsonObject().getJsonArray("size").getInt(0)).as("as Pillow reads it").isEqualTo(Integer.parseInt(sides[0]));
      assertThat(verdict.asJsonObject().getJsonArray("size").getInt(1)).isEqualTo(Integer.parseInt(sides[1]));
    });
  }

  @Test
  void oneChangedByteOfPixelsTextsOrManifestIsAForgery() throws IOException {
    List<Path> changed = new ArrayList<>();
    for (Path file : pictures(api.generate("{\"prompt\":\"a blue square\",\"num_inference_steps\":1,\"width\":128,\"height\":96}"), "whole")) {
      byte[] bytes = Files.readAllBytes(file);
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      int pixels = text.startsWith("RIFF") ? text.indexOf("VP8 ") + 200 : text.indexOf("IDAT") + 200;
      changed.add(changed(file, "pixels", bytes, pixels));
      changed.add(changed(file, "claim", bytes, text.indexOf("instanceID") + 25));
      changed.add(changed(file, "action", bytes, text.indexOf("trainedAlgorithmicMedia")));
      if (text.contains("a blue square")) {
        changed.add(changed(file, "text", bytes, text.indexOf("a blue square")));
      }
    }

    JsonObject verdicts = verify(changed);

    assertThat(verdicts).hasSize(7);
    verdicts.forEach((file, verdict) -> {
      assertThat(verdict.asJsonObject().getString("state")).as(file).isEqualTo("Invalid");
      assertThat(verdict.asJsonObject().getString("by_hand")).as(file).isNotEqualTo("valid");
    });
  }

  @Test
  void aChangedPictureNamesTheOneItWasMadeFrom() throws IOException {
    String source = api.generate("{\"prompt\":\"a red circle\",\"num_inference_steps\":1,\"width\":128,\"height\":128}");
    api.awaitResult(source);
    String task = api.generate("{\"prompt\":\"a blue circle\",\"num_inference_steps\":2,\"image\":\"task:" + source + "\"}");

    JsonObject verdicts = verify(pictures(task, "changed"));

    for (JsonValue each : verdicts.values()) {
      JsonObject verdict = each.asJsonObject();
      assertThat(verdict.getString("state")).isEqualTo("Trusted");
      assertThat(verdict.getString("by_hand")).isEqualTo("valid");
      assertThat(verdict.getJsonArray("actions").getJsonObject(0).getString("action")).isEqualTo("c2pa.opened");
      JsonObject edited = verdict.getJsonArray("actions").getJsonObject(1);
      assertThat(edited.getString("action")).isEqualTo("c2pa.edited");
      assertThat(edited.getString("digitalSourceType")).isEqualTo(VOCABULARY + "compositeWithTrainedAlgorithmicMedia");
      assertThat(verdict.getJsonArray("ingredients").getString(0)).startsWith("urn:c2pa:");
    }
  }

  @Test
  void theServerTellsItsOwnSignatureFromAForgery() throws IOException {
    List<Path> files = pictures(api.generate("{\"prompt\":\"a green star\",\"num_inference_steps\":1,\"width\":96,\"height\":96}"), "star");
    byte[] forged = Files.readAllBytes(files.get(0));
    forged[new String(forged, StandardCharsets.ISO_8859_1).indexOf("a green star")] = 'A';

    for (Path file : files) {
      JsonObject origin = origin(Files.readAllBytes(file));
      JsonObject signature = origin.getJsonObject("credentials");
      assertThat(origin.getString("made_here")).isEqualTo("exactly");
      assertThat(signature.getString("status")).isEqualTo("valid");
      assertThat(signature.getString("signer")).contains("CN=Trial signer");
      assertThat(signature.getString("issuer")).contains("CN=Trial authority");
      assertThat(signature.getString("software")).startsWith("Z-Image EE");
    }
    JsonObject signature = origin(forged).getJsonObject("credentials");
    assertThat(signature.getString("status")).isEqualTo("invalid");
    assertThat(signature.getString("problem")).isEqualTo("the file was changed after it was signed");
    assertThat(origin(forged).getString("made_here")).isEqualTo("similar");
  }

  private static JsonObject origin(byte[] file) {
    return api.send("POST", "/v1/pictures/verify", BodyPublishers.ofByteArray(file), "Content-Type", "application/octet-stream").json();
  }

  @Test
  void theDaysUntilTheCertificateEndsAreMeasured() {
    assertThat(api.metric("zimage_c2pa_certificate_days")).isBetween(363.0, 365.0);
    assertThat(api.get("/worker/health/ready").json().getString("status")).isEqualTo("ok");
  }

  @Test
  void aWrongPasswordStopsTheStartWithOneLine() throws IOException {
    Path wrong = Files.writeString(folder.resolve("wrong"), "another");

    assertThatThrownBy(() -> RunningSystem.start(settings(wrong)).close()).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("\nzimage: ZIMAGE_C2PA_KEYSTORE must be a key store whose password is the one that is given (got \""
            + credentials.resolve("pictures.p12") + "\")\n");
  }

  @Test
  void initOverwritesNothingAndItsFilesAreTheirOwnersAlone() throws IOException, InterruptedException {
    byte[] before = Files.readAllBytes(credentials.resolve("pictures.p12"));

    assertThat(init(credentials)).contains("is there already and is not overwritten");

    assertThat(Files.readAllBytes(credentials.resolve("pictures.p12"))).isEqualTo(before);
    for (String name : List.of("pictures.p12", "password")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(credentials.resolve(name)))).isEqualTo("rw-------");
    }
  }

  /** What the command says. */
  private static String init(Path target) throws IOException, InterruptedException {
    Path distribution = Path.of(System.getProperty("zimage.distribution")).toAbsolutePath().normalize();
    // As the script zimage does
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
        distribution + "/lib/*:" + distribution + "/server-lib/*", "org.zimage.cli.ZImageCommand", "credentials", "init", target.toString())
        .redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  private static List<Path> pictures(String task, String name) throws IOException {
    String path = "/generated-images/" + api.awaitResult(task).getString("relative_path");
    List<Path> files = new ArrayList<>();
    for (String ending : ENDINGS) {
      files.add(Files.write(folder.resolve(name + ending), api.get(path.replaceFirst("\\.png$", ending)).bytes()));
    }
    return files;
  }

  private static Path changed(Path file, String name, byte[] bytes, int place) throws IOException {
    byte[] other = bytes.clone();
    other[place] ^= 1;
    return Files.write(folder.resolve(name + "-" + file.getFileName()), other);
  }

  private static JsonObject verify(List<Path> files) {
    List<String> arguments = new ArrayList<>(List.of(credentials.resolve("authority.pem").toString()));
    files.forEach(file -> arguments.add(file.toString()));
    String printed = PythonScript.output(python, PythonScript.file("c2pa_verify.py"), arguments.toArray(String[]::new));
    try (JsonReader reader = Json.createReader(new StringReader(printed))) {
      return reader.readObject();
    }
  }
}
