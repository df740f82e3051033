package org.zimage.task.submission;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.zimage.error.InvalidRequest;
import org.zimage.request.JsonText;

/** Bodies of requests: each is read, or refused with the fields that are wrong. */
class GenerationRequestFuzzTest {
  @FuzzTest
  void body(byte[] utf8) {
    GenerationRequest request;
    try {
      request = GenerationRequest.parse(JsonText.decode(utf8));
    } catch (InvalidRequest refused) {
      assertThat(refused.problems()).isNotEmpty();
      return;
    }
    String json = request.toJson();
    assertThat(GenerationRequest.parse(json).toJson()).isEqualTo(json);
  }
}
