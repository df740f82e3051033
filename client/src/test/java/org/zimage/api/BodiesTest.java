package org.zimage.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zimage.api.events.Deliveries;
import org.zimage.api.input.DataUrl;
import org.zimage.api.model.ModelDefaults;
import org.zimage.api.origin.PictureOrigin;
import org.zimage.api.removal.ClientRemoval;

/** The examples of the HTTP document, as records. */
class BodiesTest {
  private final Jsonb json = JsonbBuilder.create();

  @AfterEach
  void close() throws Exception {
    json.close();
  }

  @Test
  void aRequestLeavesOutWhatIsNotSaid() {
    GenerateImageRequest request = GenerateImageRequest.of("a cat").withSize(64, 128).withSteps(4).withSeed(-1);

    assertThat(object(json.toJson(request)))
        .isEqualTo(object("{'prompt':'a cat','height':128,'width':64,'num_inference_steps':4,'seed':-1}"));
  }

  @Test
  void aRequestSaysEverythingThatIsSaid() {
    JsonObject metadata = object("{'batch_id':'b','batch_index':0,'batch_size':4}");
    GenerateImageRequest request = new GenerateImageRequest("a cat", 1024, 512, 9, 3.5, 42L, "a dog", true, 0.8, 256,
        metadata, "z-image-nano").withNoise("cuda");

    assertThat(object(json.toJson(request))).isEqualTo(object("""
        {'prompt':'a cat','height':1024,'width':512,'num_inference_steps':9,'guidance_scale':3.5,'seed':42,
         'negative_prompt':'a dog','cfg_normalization':true,'cfg_truncation':0.8,'max_sequence_length':256,
         'metadata':{'batch_id':'b','batch_index':0,'batch_size':4},'model':'z-image-nano','noise':'cuda'}"""));
  }

  @Test
  void aTimeThatIsNotKnownIsNull() {
    Deliveries.Delivery delivery = json.fromJson(text("""
        {'id':'a','attempts':1,'created_at':'2026-01-02T03:04:05.000000+00:00','next_attempt_at':null,'finished_at':null}"""),
        Deliveries.Delivery.class);
    PictureOrigin origin = json.fromJson(text("""
        {'sha256':'9b','made_here':'exactly','credentials':{'status':'none','signed_at':null},'unreadable':null,
         'matches':[{'distance':0,'task_id':'t','batch_id':'b','index':1,'format':'png','made_at':'2026-01-02T03:04:05.000000+00:00',
           'image_url':'/a.png'}]}"""), PictureOrigin.class);

    assertThat(delivery.createdAt()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(delivery.nextAttemptAt()).isNull();
    assertThat(origin.credentials().signedAt()).isNull();
    assertThat(origin.matches().get(0).madeAt()).isEqualTo("2026-01-02T03:04:05Z");
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, true", "0.5, 0.5", "2, 2.0"})
  void normalizationIsATruthValueOrANumber(double factor, String written) {
    assertThat(json.toJson(GenerateImageRequest.of("a cat").withCfgNormalization(factor))).contains("\"cfg_normalization\":" + written);
    assertThat(json.fromJson(text("{'prompt':'a cat','cfg_normalization':" + written + "}"), GenerationResult.class).cfgNormalization())
        .isEqualTo(factor);
  }

  @Test
  void aWorkerTellsTheDefaultsOfItsModel() {
    SystemStatus system = json.fromJson(text("""
        {'queue_depth':0,'running':0,'oldest_wait_seconds':0,'defaults':{'num_inference_steps':28,'cfg_normalization':false},
         'workers':[{'name':'w','model':'z-image','card':{'defaults':{'guidance_scale':4,'sizes':['1024x768',5],'more':1}}},
         {'name':'older','model':'nano','card':{}}]}"""), SystemStatus.class);

    assertThat(system.defaults()).isEqualTo(new ModelDefaults(28, null, null, 0.0, null));
    assertThat(system.workers()).extracting(SystemStatus.Worker::defaults)
        .containsExactly(new ModelDefaults(null, 4.0, null, null, List.of("1024x768")), ModelDefaults.NONE);
  }

  @Test
  void aRequestCarriesThePictureAndTheMaskThatItStartsFrom() throws IOException {
    Path picture = Path.of("../picture/src/test/resources/org/zimage/picture/files/rgb.png");
    byte[] mask = Files.readAllBytes(picture.resolveSibling("lossy.webp"));
    GenerateImageRequest request = GenerateImageRequest.of("a cat").withImage(picture).withMask(mask).withStrength(0.75)
        .withPreserveUnmasked(false);

    JsonObject sent = object(json.toJson(request));

    assertThat(sent.keySet()).containsExactlyInAnyOrder("prompt", "image", "mask_image", "strength", "preserve_unmasked");
    assertThat(DataUrl.bytes(sent.getString("image"))).isEqualTo(Files.readAllBytes(picture));
    assertThat(DataUrl.bytes(sent.getString("mask_image"))).isEqualTo(mask);
    assertThat(sent.getJsonNumber("strength").doubleValue()).isEqualTo(0.75);
    assertThat(sent.getBoolean("preserve_unmasked")).isFalse();
  }

  @Test
  void aRequestNamesTheTasksThatItStartsFrom() {
    GenerateImageRequest request = GenerateImageRequest.of("a cat").withImageOfTask("b0e4").withMaskOfTask("0d6b").withSteps(4);

    assertThat(object(json.toJson(request)))
        .isEqualTo(object("{'prompt':'a cat','num_inference_steps':4,'image':'task:b0e4','mask_image':'task:0d6b'}"));
  }

  @Test
  void aRequestMayKeepItsPromptOutOfThePicture() {
    assertThat(object(json.toJson(GenerateImageRequest.of("a cat").withEmbedParameters(false))))
        .isEqualTo(object("{'prompt':'a cat','embed_parameters':false}"));
  }

  @Test
  void aRequestMayGetAPictureThatIsThereAlready() {
    assertThat(object(json.toJson(GenerateImageRequest.of("a cat").withSeed(1).withReuse(true))))
        .isEqualTo(object("{'prompt':'a cat','seed':1,'reuse':true}"));
  }

  @Test
  void theFieldOfAPictureOfAnotherTypeIsNamed() {
    assertThatThrownBy(() -> GenerateImageRequest.of("a cat").withImage(new byte[] {1})).hasMessageStartingWith("image ");
    assertThatThrownBy(() -> GenerateImageRequest.of("a cat").withMask(new ByteArrayInputStream(new byte[] {1})))
        .hasMessageStartingWith("mask_image ");
  }

  @Test
  void aFinishedTaskHasItsResult() {
    TaskStatusResponse status = json.fromJson(text("""
        {'task_id':'b0e4','status':'SUCCESS','result':{'image_id':'i','prompt':'a cat','height':1024,'width':512,
         'num_inference_steps':9,'guidance_scale':0.0,'seed':42,'negative_prompt':'','cfg_normalization':null,
         'cfg_truncation':null,'max_sequence_length':null,'noise':'cuda','created_at':'2025-01-01T12:00:00.000001+00:00',
         'auth_key':'client-key-1','metadata':{'batch_id':'b'},'output_path':'/o/x.png','relative_path':'20250101/x.png',
         'preview_output_path':'/o/x.webp','preview_relative_path':'20250101/x.webp'},
         'error':null,'error_code':null,'error_hint':null,'image_url':'/generated-images/20250101/x.webp',
         'progress':100}"""), TaskStatusResponse.class);

    assertThat(status).isEqualTo(new TaskStatusResponse("b0e4", TaskStatus.SUCCESS,
        new GenerationResult("i", "a cat", 1024, 512, 9, 0.0, 42L, "", null, null, null, "cuda", null, null, null, null, null, null, null, null,
            Instant.parse("2025-01-01T12:00:00.000001Z"), "client-key-1", object("{'batch_id':'b'}"), "/o/x.png",
            "20250101/x.png", "/o/x.webp", "20250101/x.webp"),
        null, null, null, "/generated-images/20250101/x.webp", 100, null));
  }

  @Test
  void theAdministratorReadsHowFarARemovalIs() {
    ClientRemoval removal = json.fromJson(text("""
        {'removal_id':'r','client_id':'key_1','status':'done','requested_at':'2025-01-01T12:00:00.000000+00:00',
         'finished_at':'2025-01-01T12:00:01.500000+00:00','tasks_removed':3,'status_url':'/v1/clients/key_1/removals'}"""),
        ClientRemoval.class);

    assertThat(removal).isEqualTo(new ClientRemoval("r", "key_1", "done", Instant.parse("2025-01-01T12:00:00Z"),
        Instant.parse("2025-01-01T12:00:01.5Z"), 3, "/v1/clients/key_1/removals"));
  }

  @Test
  void aWaitingTaskHasNoResult() {
    TaskStatusResponse status = json.fromJson(text("""
        {'task_id':'b0e4','status':'PENDING','result':null,'error':null,'error_code':null,'error_hint':null,
         'image_url':null,'progress':0}"""), TaskStatusResponse.class);

    assertThat(status).isEqualTo(new TaskStatusResponse("b0e4", TaskStatus.PENDING, null, null, null, null, null, 0, null));
  }

  @Test
  void aBatchHasItsPictures() {
    BatchDetail detail = json.fromJson(text("""
        {'batch':{'task_id':'0d6b','status':'SUCCESS','created_at':'2025-01-01T12:00:00.000000+00:00','prompt':'a cat',
          'height':1024,'width':512,'image_url':'/generated-images/x.webp','num_inference_steps':9,'guidance_scale':0.0,
          'seed':42,'batch_size':4,'success_count':3,'failed_count':1,'base_seed':41},
         'items':[{'task_id':'b0e4','index':1,'status':'success','image_url':'/generated-images/x.webp','width':512,
          'height':1024,'seed':43}]}"""), BatchDetail.class);

    assertThat(detail.batch()).isEqualTo(
        new TaskSummary("0d6b", "SUCCESS", Instant.parse("2025-01-01T12:00:00Z"), "a cat", 1024, 512, null,
            "/generated-images/x.webp", 9, 0.0, 42L, 4, 3, 1, 41L));
    assertThat(detail.items()).containsExactly(
        new BatchDetail.Item("b0e4", 1, "success", "/generated-images/x.webp", 512, 1024, 43L, null, null, null));
  }

  private static JsonObject object(String text) {
    return Json.createReader(new StringReader(text(text))).readObject();
  }

  private static String text(String withSingleQuotes) {
    return withSingleQuotes.replace('\'', '"');
  }
}
