package org.zimage.web.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.error.InvalidRequest;
import org.zimage.request.JsonText;
import org.zimage.task.submission.GenerationRequest;

class ImageOrderTest {
  @Test
  void onePictureOfTheUsualSizeIsTheDefault() {
    ImageOrder order = order("{\"prompt\":\"a boat\"}");

    assertThat(order.count()).isEqualTo(1);
    assertThat(order.inline()).isFalse();
    assertThat(order.one().parameters().width()).isEqualTo(1024);
  }

  @Test
  void thePicturesOfAnOrderAreOneBatch() {
    ImageOrder order = order("{\"prompt\":\"a boat\",\"n\":2,\"size\":\"64x96\",\"seed\":7,\"user\":\"u1\"}");
    List<GenerationRequest> requests = order.one().asBatch("b", order.count());

    assertThat(requests).extracting(request -> request.metadata().toString()).containsExactly(
        "{\"user\":\"u1\",\"batch_id\":\"b\",\"batch_index\":0,\"batch_size\":2}",
        "{\"user\":\"u1\",\"batch_id\":\"b\",\"batch_index\":1,\"batch_size\":2}");
    assertThat(requests).extracting(request -> request.parameters().seed()).containsExactly(7L, 8L);
    assertThat(requests).extracting(request -> request.parameters().height()).containsOnly(96);
  }

  @ParameterizedTest
  @CsvSource({"dall-e-2,", "dall-e-3,", "gpt-image-1,", "gpt-image-1-mini,", "z-image-nano, z-image-nano"})
  void aModelOfOpenAiStandsForTheServedOne(String model, String asked) {
    assertThat(order("{\"prompt\":\"x\",\"model\":\"%s\"}".formatted(model)).one().model()).isEqualTo(asked);
  }

  @ParameterizedTest
  @CsvSource({"dall-e-3, , false", "gpt-image-1, , true", "gpt-image-1, url, false", "dall-e-3, b64_json, true"})
  void clientsOfModelsThatAnswerInlineGetTheirPicturesInline(String model, String format, boolean inline) {
    String body = "{\"prompt\":\"x\",\"model\":\"" + model + "\"" + (format == null ? "" : ",\"response_format\":\"" + format + "\"") + "}";

    assertThat(order(body).inline()).isEqualTo(inline);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "11", "1.5", "\"2\"", "4294967297", "1e-999999999", "1e999999999", "100e2147483647"})
  void aCountIsNeverCutToOneThatFits(String count) {
    assertThatThrownBy(() -> order("{\"prompt\":\"x\",\"n\":" + count + "}"))
        .isInstanceOfSatisfying(InvalidRequest.class, refusal -> assertThat(refusal.problems())
            .extracting(problem -> problem.loc().get(1)).containsExactly("n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "2.0", "2e0", "0.2e1"})
  void aCountMayBeWrittenInOtherWays(String count) {
    assertThat(order("{\"prompt\":\"x\",\"n\":" + count + "}").count()).isEqualTo(2);
  }

  @Test
  void seedsBeyondTheLargestAreRefused() {
    ImageOrder order = order("{\"prompt\":\"x\",\"n\":2,\"seed\":9223372036854775807}");

    assertThatThrownBy(() -> order.one().asBatch("b", order.count())).isInstanceOfSatisfying(InvalidRequest.class, refusal ->
        assertThat(refusal.problems()).extracting(problem -> problem.loc().get(1)).containsExactly("seed"));
  }

  @Test
  void everythingThatIsWrongIsNamed() {
    assertThatThrownBy(() -> order("{\"n\":\"many\",\"size\":\"1x1\",\"response_format\":\"gif\"}"))
        .isInstanceOfSatisfying(InvalidRequest.class, refusal -> assertThat(refusal.problems())
            .extracting(problem -> problem.loc().get(1)).containsExactly("n", "response_format", "size", "prompt"));
  }

  @Test
  void aStreamShowsAsManySmallPicturesAsAreAskedFor() {
    assertThat(order("{\"prompt\":\"x\",\"stream\":true,\"partial_images\":2}").partialImages()).isEqualTo(2);
    assertThat(order("{\"prompt\":\"x\",\"partial_images\":2}").partialImages()).isZero();
  }

  private static ImageOrder order(String json) {
    return ImageOrder.of(JsonText.parse(json));
  }
}
