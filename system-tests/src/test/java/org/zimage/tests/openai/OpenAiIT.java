package org.zimage.tests.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.langchain4j.data.image.Image;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.model.image.ImageModel;
import dev.langchain4j.model.openai.OpenAiImageModel;
import dev.langchain4j.model.openai.OpenAiImageModel.OpenAiImageModelBuilder;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.PythonScript;
import org.zimage.tests.system.SharedSystem;

/** Clients that were written for OpenAI's API, with another base URL and another key. */
@ExtendWith(SharedSystem.class)
class OpenAiIT {
  private static final String PATH = "/v1/images/generations";

  private final Api api;

  OpenAiIT(Api api) {
    this.api = api;
  }

  @Test
  void thePythonClientGetsTheAddressesOfPictures() throws IOException {
    JsonObject answer = python("url");

    JsonArray urls = answer.getJsonArray("urls");
    assertThat(urls).hasSize(2).doesNotHaveDuplicates();
    for (int i = 0; i < urls.size(); i++) {
      assertThat(urls.getString(i)).startsWith(api.url() + "/generated-images/").endsWith(".png");
      BufferedImage picture = ImageIO.read(URI.create(urls.getString(i)).toURL());
      assertThat(picture.getWidth()).isEqualTo(64);
      assertThat(picture.getHeight()).isEqualTo(96);
    }
    assertThat(answer.getInt("created")).isPositive();
  }

  @Test
  void thePythonClientGetsThePictureItself() {
    assertThat(python("b64_json").getString("png")).isEqualTo("89504e470d0a1a0a");
  }

  @Test
  void thePythonClientEditsAPictureAndAPartOfOneAndVariesIt() {
    JsonObject edited = python("edited");

    assertThat(edited.getJsonArray("sizes")).hasToString("[[96,64],[96,64],[96,64],[96,64]]");
    assertThat(edited.getBoolean("kept")).as("what the mask keeps").isTrue();
  }

  @Test
  void thePythonClientSeesPicturesGrow() {
    JsonObject streamed = python("streamed");

    assertThat(streamed.getJsonArray("generation").getValuesAs(JsonString::getString)).last().isEqualTo("image_generation.completed");
    assertThat(streamed.getJsonArray("edit").getValuesAs(JsonString::getString)).last().isEqualTo("image_edit.completed");
    assertThat(streamed.getInt("partial")).as("partial pictures").isPositive();
  }

  @Test
  void thePythonClientHearsWhatIsWrongWithAPicture() {
    JsonObject answer = python("refused_edit");

    assertThat(answer.getString("error")).isEqualTo("BadRequestError");
    assertThat(answer.getJsonObject("body").getString("param")).isEqualTo("image");
    assertThat(answer.getJsonObject("body").getString("message")).contains("Send it as PNG, JPEG or WebP");
  }

  @Test
  void langChain4jEditsAPicture() throws IOException {
    Image picture = langChain4j().modelName("gpt-image-1").build().generate("a red circle").content();

    Image edited = langChain4j().modelName("gpt-image-1").build().edit(picture, "a blue circle").content();

    byte[] png = Base64.getDecoder().decode(edited.base64Data());
    assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(64);
  }

  @Test
  void thePythonClientListsTheModels() {
    // Whose model is loaded when the first picture is there
    api.awaitResult(api.generate("{\"prompt\":\"x\",\"width\":64,\"height\":64,\"num_inference_steps\":1}"));
    JsonObject models = python("models");

    assertThat(models.getJsonArray("names").getString(0)).isEqualTo("z-image-nano");
    assertThat(models.getString("first")).isEqualTo("z-image-nano");
  }

  @Test
  void thePythonClientSendsARequestAgainAndGetsTheSamePicture() {
    JsonArray urls = python("retry", UUID.randomUUID().toString()).getJsonArray("urls");

    assertThat(urls.getString(0)).isEqualTo(urls.getString(1));
  }

  @Test
  void aPythonClientWithoutPatienceHasItsPictureCancelled() {
    String prompt = "impatience " + UUID.randomUUID();

    assertThat(python("impatient", prompt).getString("error")).isEqualTo("APITimeoutError");

    await("the cancellation").atMost(Duration.ofSeconds(10)).until(() -> statusOf(prompt).equals("cancelled"));
  }

  @Test
  void thePythonClientHearsWhatIsWrong() {
    JsonObject answer = python("refused", "{\"prompt\":\"x\",\"size\":\"9x9\"}");

    assertThat(answer.getString("error")).isEqualTo("BadRequestError");
    assertThat(answer.getJsonObject("body")).hasToString("""
        {"message":"size must be auto or WIDTHxHEIGHT with sides from 64 to 2048 pixels",\
        "type":"invalid_request_error","param":"size","code":"value_error"}""");
    assertThat(PythonScript.run("openai_client.py", api.url(), "wrong", "refused", "{\"prompt\":\"x\"}")
        .getString("error"))
        .isEqualTo("PermissionDeniedError");
  }

  @Test
  void langChain4jGetsAnAddress() throws IOException {
    Image image = langChain4j().build().generate("a red circle").content();

    assertThat(ImageIO.read(image.url().toURL()).getWidth()).isEqualTo(64);
  }

  @Test
  void langChain4jGetsThePictureItself() throws IOException {
    Image image = langChain4j().modelName("gpt-image-1").build().generate("a red circle").content();

    byte[] png = Base64.getDecoder().decode(image.base64Data());
    assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(64);
  }

  @Test
  void langChain4jHearsWhatIsWrong() {
    ImageModel wrongSize = langChain4j().size("1x1").build();
    ImageModel wrongKey = langChain4j().apiKey("wrong").build();

    assertThatThrownBy(() -> wrongSize.generate("x")).isInstanceOfSatisfying(HttpException.class,
        refusal -> assertThat(refusal.statusCode()).isEqualTo(400))
            .hasMessageContaining("size must be auto or WIDTHxHEIGHT");
    assertThatThrownBy(() -> wrongKey.generate("x")).isInstanceOfSatisfying(HttpException.class,
        refusal -> assertThat(refusal.statusCode()).isEqualTo(403)).hasMessageContaining("API key not allowed");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "{} | prompt | Field required",
      "{\"prompt\":\"\"} | prompt | prompt: String should have at least 1 character",
      "{\"prompt\":\"x\",\"n\":0} | n | n must be a whole number from 1 to 10",
      "{\"prompt\":\"x\",\"n\":11} | n | n must be a whole number from 1 to 10",
      "{\"prompt\":\"x\",\"n\":1.5} | n | n must be a whole number from 1 to 10",
      "{\"prompt\":\"x\",\"size\":\"big\"} | size | size must be auto or WIDTHxHEIGHT",
      "{\"prompt\":\"x\",\"size\":\"4096x64\"} | size | size must be auto or WIDTHxHEIGHT",
      "{\"prompt\":\"x\",\"response_format\":\"gif\"} | response_format | response_format must be url or b64_json",
      "{\"prompt\":\"x\",\"stream\":true,\"partial_images\":4} | partial_images | partial_images must be a whole number from 0 to 3",
  })
  void aBadRequestNamesItsField(String body, String param, String message) {
    Answer answer = api.post(PATH, body);

    assertThat(answer.status()).isEqualTo(400);
    JsonObject error = answer.json().getJsonObject("error");
    assertThat(error.getString("type")).isEqualTo("invalid_request_error");
    assertThat(error.getString("param")).isEqualTo(param);
    assertThat(error.getString("message")).contains(message);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "Content-Disposition: form-data; name=\"prompt\" | image: send the picture to start from as a file",
      "Content-Type: text/plain | form: a part has no name",
      "Content-Disposition: form-data; name=\"image\"; filename=\"a.png\" | Send it as PNG, JPEG or WebP",
      "Content-Disposition: form-data; name=\"image\"; filename=\"a.png\"!Content-Transfer-Encoding: none | image: it cannot be read",
  })
  void aBadFormIsToldWhatIsWrongWithIt(String head, String message) {
    String form = "--b\r\n" + head.replace("!", "\r\n") + "\r\n\r\nx\r\n--b--\r\n";

    Answer answer = api.send("POST", "/v1/images/edits", BodyPublishers.ofString(form), "Content-Type", "multipart/form-data; boundary=b");

    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.json().getJsonObject("error").getString("message")).contains(message);
  }

  /** Nobody makes anything of the parts before they are counted: some hundred thousand of them would take the whole memory. */
  @ParameterizedTest
  @ValueSource(strings = {"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n", "a: b\r\n"})
  void aFormOfVeryManyPartsOrHeadersIsRefused(String repeated) {
    String form = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n" + repeated.repeat(15_000_000 / repeated.length()) + "\r\n--b--\r\n";

    Answer answer = api.send("POST", "/v1/images/edits", BodyPublishers.ofString(form), "Content-Type", "multipart/form-data; boundary=b");

    assertThat(answer.status()).as(answer.body()).isEqualTo(413);
  }

  @Test
  void noFormAtAllIsRefusedToo() {
    Answer answer = api.send("POST", "/v1/images/variations", BodyPublishers.noBody());

    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("send the picture to start from as a file");
  }

  @Test
  void errorsHaveOneShapeWhateverTheyAre() {
    assertThat(api.as(null).post(PATH, "{\"prompt\":\"x\"}"))
        .hasToString("401 {\"error\":{\"message\":\"Missing API auth key\","
        + "\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"invalid_api_key\"}}");
    assertThat(api.post(PATH, "{\"prompt\":\"x\",\"model\":\"nobody\"}").line())
        .startsWith("404 {\"error\":{\"message\":")
        .contains("\"param\":\"model\",\"code\":\"model_not_found\"");
    assertThat(api.get("/v1/models/nobody").line()).startsWith("404 {\"error\":");
    assertThat(api.get(PATH).line()).startsWith("405 {\"error\":");
    assertThat(api.post(PATH, "{").line()).startsWith("400 {\"error\":").contains("JSON decode error");
    assertThat(api.post(PATH, "[]").line()).startsWith("400 {\"error\":");
  }

  @Test
  void whoHangsUpWithAKeyFindsThePictureLater() throws IOException {
    String prompt = "patience " + UUID.randomUUID();
    String body = "{\"prompt\":\"%s\",\"size\":\"1024x1024\"}".formatted(prompt);
    hangUpAfterSending(body, "Idempotency-Key: " + prompt + "\r\n");

    Answer answer = api.post(PATH, body, "Idempotency-Key", prompt);

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(statusOf(prompt)).isEqualTo("success");
  }

  @Test
  void whoHangsUpHasEveryPictureCancelled() throws IOException {
    String prompt = "hang up " + UUID.randomUUID();
    hangUpAfterSending("{\"prompt\":\"%s\",\"size\":\"2048x2048\",\"n\":3,\"num_inference_steps\":50}".formatted(
        prompt), "");

    await("the cancellation").atMost(Duration.ofSeconds(10)).until(() -> statusOf(prompt).equals("cancelled"));
  }

  private JsonObject python(String what, String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = api.url();
    all[1] = api.key();
    all[2] = what;
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return PythonScript.run("openai_client.py", all);
  }

  private OpenAiImageModelBuilder langChain4j() {
    return OpenAiImageModel.builder().baseUrl(api.url() + "/v1").apiKey(api.key()).modelName("dall-e-3").size("64x64")
        .maxRetries(0);
  }

  private void hangUpAfterSending(String body, String headers) throws IOException {
    URI address = URI.create(api.url());
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(("POST " + PATH + " HTTP/1.1\r\nHost: " + address.getAuthority() + "\r\nX-Auth-Key: " + api.key()
          + "\r\nContent-Type: application/json\r\n" + headers + "Content-Length: " + body.length() + "\r\n\r\n" + body)
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      String prompt = body.substring(11, body.indexOf('"', 11));
      await("the request").atMost(Duration.ofSeconds(10)).until(() -> !statusOf(prompt).equals("none"));
    }
  }

  /** The one status that all pictures with this prompt have; {@code none} before there is one. */
  private String statusOf(String prompt) {
    return api.history("?limit=50").stream().map(JsonObject.class::cast)
        .filter(batch -> batch.getString("prompt").equals(prompt)).findFirst()
        .map(batch -> api.get("/v1/history/" + batch.getString("task_id")).json().getJsonArray("items"))
        .map(items -> items.stream().map(item -> item.asJsonObject().getString("status")).distinct().toList())
        .map(all -> all.size() == 1 ? all.get(0) : all.toString()).orElse("none");
  }
}
