package org.zimage.tests.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.SharedSystem;

/** Sending a request again without getting a second picture. */
@ExtendWith(SharedSystem.class)
class IdempotencyIT {
  private static final String BODY = "{\"prompt\":\"a boat\",\"width\":64,\"height\":64,\"num_inference_steps\":1}";
  private static final String PATH = "/v1/images/generate";

  private final Api api;
  private final String key = "order " + UUID.randomUUID();

  IdempotencyIT(Api api) {
    this.api = api;
  }

  @Test
  void theSameKeyLeadsToTheFirstTask() {
    Answer first = api.post(PATH, BODY, "Idempotency-Key", key);
    Answer second = api.post(PATH, BODY, "Idempotency-Key", key);

    assertThat(first.status()).isEqualTo(200);
    assertThat(second).hasToString(first.toString());
  }

  @Test
  void fiftyAtOnceMakeOneTask() {
    String batch = UUID.randomUUID().toString();
    String body = BODY.replace("}", ",\"metadata\":{\"batch_id\":\"" + batch + "\"}}");
    ExecutorService threads = Executors.newFixedThreadPool(50);
    List<CompletableFuture<Answer>> answers = IntStream.range(0, 50).mapToObj(i ->
        CompletableFuture.supplyAsync(() -> api.post(PATH, body, "Idempotency-Key", key), threads)).toList();
    threads.shutdown();

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().status()).isEqualTo(200));
    assertThat(answers).extracting(answer -> answer.join().line()).containsOnly(answers.get(0).join().line());
    assertThat(api.get("/v1/history/" + batch).json().getJsonArray("items")).hasSize(1);
  }

  @Test
  void aKeyStandsForOneRequest() {
    api.post(PATH, BODY, "Idempotency-Key", key);

    assertThat(api.post(PATH, BODY.replace("boat", "ship"), "Idempotency-Key", key)).hasToString("""
        422 {"detail":[{"type":"value_error","loc":["header","Idempotency-Key"],\
        "msg":"Value error, the key was used for another request within 24 hours","input":"%s"}]}""".formatted(key));
  }

  @Test
  void aKeyBelongsToItsClient() {
    Answer mine = api.post(PATH, BODY, "Idempotency-Key", key);
    Answer theirs = api.as(api.otherKey()).post(PATH, BODY, "Idempotency-Key", key);

    assertThat(theirs.json().getString("task_id")).isNotEqualTo(mine.json().getString("task_id"));
  }

  @Test
  void aKeyIsNotTooLong() {
    assertThat(api.post(PATH, BODY, "Idempotency-Key", "k".repeat(256)).status()).isEqualTo(422);
    assertThat(api.post(PATH, BODY, "Idempotency-Key", "k".repeat(255)).status()).isEqualTo(200);
  }
}
