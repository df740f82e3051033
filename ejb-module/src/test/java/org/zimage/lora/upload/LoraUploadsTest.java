package org.zimage.lora.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.api.lora.Lora;
import org.zimage.api.lora.Loras.Available;
import org.zimage.audit.Actor;
import org.zimage.audit.Door;
import org.zimage.audit.Origin;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.error.InvalidRequest;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.lora.upload.LoraUploads.Upload;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.request.Sha256;
import org.zimage.settings.Settings;
import org.zimage.system.Workers;
import org.zimage.task.TaskId;
import org.zimage.task.lifecycle.Cancellation;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

@ExtendWith(Platform.class)
class LoraUploadsTest {
  private static final String WORKER = "host:1";
  private static final Actor ADMINISTRATOR = new Actor(Actor.Kind.ADMINISTRATOR, "admin", new Origin(Door.HTTP, "192.0.2.7"));
  private static final byte[] CHALK = adapter("layer", 4, 1);
  private static final byte[] OTHER = adapter("layer", 4, 2);

  private final Database database = new Database();
  private final LoraUploads uploads = Platform.bean(LoraUploads.class);
  private final LoraLibrary library = Platform.bean(LoraLibrary.class);
  private final AbandonedLoras abandoned = Platform.bean(AbandonedLoras.class);
  private final ImageStore store = Platform.bean(ImageStore.class);
  private final Workers workers = Platform.bean(Workers.class);
  private final Path cache = Platform.bean(Settings.class).loras().cache();

  /** An adapter of rank 1 for a layer with as many inputs as outputs. */
  private static byte[] adapter(String layer, int size, float value) {
    int bytes = size * Float.BYTES;
    String header = """
        {"%1$s.lora_A.weight":{"dtype":"F32","shape":[1,%2$d],"data_offsets":[0,%3$d]},
         "%1$s.lora_B.weight":{"dtype":"F32","shape":[%2$d,1],"data_offsets":[%3$d,%4$d]}}""".formatted(layer, size, bytes, 2 * bytes);
    ByteBuffer file = ByteBuffer.allocate(Long.BYTES + header.length() + 2 * bytes).order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
    while (file.hasRemaining()) {
      file.putFloat(value);
    }
    return file.array();
  }

  @BeforeEach
  void aWorkerHasToldItsLayers() throws IOException {
    workers.seen(WORKER, "nano", null, null);
    workers.toldTargets(WORKER, Map.of("layer.weight", new long[] {4, 4}));
    forgetFiles();
  }

  private void forgetFiles() throws IOException {
    Files.createDirectories(cache);
    try (Stream<Path> files = Files.list(cache)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    for (byte[] content : List.of(CHALK, OTHER)) {
      store.remove(path(content));
    }
  }

  private static String sha256(byte[] content) {
    return Sha256.hex(Sha256.begin().digest(content));
  }

  private static RelativePath path(byte[] content) {
    return RelativePath.ofAdapter(sha256(content));
  }

  private Upload upload(String name, byte[] content) throws IOException {
    return uploads.accept(name, new ByteArrayInputStream(content), ADMINISTRATOR);
  }

  private Optional<Path> file(byte[] content) {
    return library.file(new Lora("chalk", 1.0, sha256(content)));
  }

  @Test
  void whatWasUploadedCanBeNamedAndIsHere() throws IOException {
    Upload upload = upload("chalk", CHALK);

    Available chalk = new Available("chalk", sha256(CHALK), CHALK.length);
    assertThat(upload).isEqualTo(new Upload(chalk, true));
    assertThat(library.list()).containsExactly(chalk);
    assertThat(library.resolve(List.of(Lora.of("chalk", 0.5)))).containsExactly(new Lora("chalk", 0.5, sha256(CHALK)));
    assertThat(file(CHALK)).hasValueSatisfying(file -> assertThat(file).hasBinaryContent(CHALK));
  }

  @Test
  void anotherMachineFetchesItFromTheStore() throws IOException {
    upload("chalk", CHALK);
    Path kept = file(CHALK).orElseThrow();
    Files.delete(kept);

    assertThat(file(CHALK)).contains(kept);
    assertThat(kept).hasBinaryContent(CHALK);
    assertThat(cache).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void aFileThatHasChangedInTheStoreIsNotUsed() throws IOException {
    upload("chalk", CHALK);
    Files.delete(file(CHALK).orElseThrow());
    store.put(path(CHALK), OTHER);

    assertThatThrownBy(() -> file(CHALK)).hasMessageContaining("has changed");
    assertThat(cache).isEmptyDirectory();
  }

  @Test
  void theSameFileOnceMoreIsNothingNew() throws IOException {
    Upload first = upload("chalk", CHALK);

    assertThat(upload("chalk", CHALK)).isEqualTo(new Upload(first.lora(), false));
    assertThat(library.list()).containsExactly(first.lora());
  }

  @Test
  void aNameAndAFileAreThereOnce() throws IOException {
    upload("chalk", CHALK);

    assertThatThrownBy(() -> upload("chalk", OTHER)).isInstanceOf(LoraConflict.class).hasMessageContaining("uploaded as chalk");
    assertThatThrownBy(() -> upload("ink", CHALK)).isInstanceOf(LoraConflict.class).hasMessageContaining("is there as chalk");
    assertThat(store.find(path(OTHER))).isEmpty();
    assertThat(library.list()).extracting(Available::sha256).containsExactly(sha256(CHALK));
  }

  @Test
  void whatFitsNoModelIsRefusedAndNothingIsKept() {
    byte[] foreign = adapter("layer", 5, 1);

    assertThatThrownBy(() -> upload("chalk", foreign)).isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("for the model nano: chalk is no adapter of this model: layer.lora_A.weight has shape [1, 5], expected [1, 4]")
        .message().doesNotContain(cache.toString());
    assertThatThrownBy(() -> upload("chalk", "no safetensors".getBytes(StandardCharsets.US_ASCII))).isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("is not a safetensors file").message().doesNotContain(cache.toString());
    assertThat(store.find(path(foreign))).isEmpty();
    assertThat(cache).isEmptyDirectory();
    assertThat(database.number("SELECT count(*) FROM uploaded_loras")).isZero();
  }

  @Test
  void itNeedsToFitOneOfTheModels() throws IOException {
    workers.seen("host:2", "another", null, null);
    workers.toldTargets("host:2", Map.of("layer.weight", new long[] {5, 5}));

    assertThat(upload("chalk", CHALK).isNew()).isTrue();
    assertThatThrownBy(() -> upload("ink", adapter("layer", 6, 1))).hasMessageContaining("for the model another: ")
        .hasMessageContaining("for the model nano: ");
  }

  @Test
  void withoutAnyModelNothingCanBeChecked() {
    database.execute("DELETE FROM workers");

    assertThatThrownBy(() -> upload("chalk", CHALK)).isInstanceOf(NoModelKnown.class).hasMessageContaining("start a worker");
  }

  @Test
  void aNameIsNoPath() {
    for (String name : new String[] {null, "", "../chalk", "a b", "é"}) {
      assertThatThrownBy(() -> upload(name, CHALK)).isInstanceOf(InvalidRequest.class).hasMessageContaining("query.name");
    }
  }

  @Test
  void whatIsNotThereIsRefusedWithWhatIs() throws IOException {
    assertThatThrownBy(() -> library.resolve(List.of(Lora.of("x", 1)))).isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("this server has none");
    upload("chalk", CHALK);

    assertThatThrownBy(() -> library.resolve(List.of(Lora.of("x", 1)))).isInstanceOf(InvalidRequest.class)
        .hasMessageEndingWith("there is no adapter x: GET /v1/loras lists them (chalk)");
  }

  @Test
  void aDeletedOneStaysForTasksThatNameItAlready() throws Exception {
    upload("chalk", CHALK);
    Caller caller = Platform.bean(Callers.class).identify("a key", Origin.NODE);
    TaskId task = Platform.bean(Submission.class).submit(
        GenerationRequest.parse("{\"prompt\":\"a cat\",\"loras\":[{\"name\":\"chalk\"}]}"), caller, null);

    assertThat(uploads.delete("chalk", ADMINISTRATOR).sha256()).isEqualTo(sha256(CHALK));
    assertThat(library.list()).isEmpty();
    anHourLater();
    assertThat(store.find(path(CHALK))).isPresent();

    Platform.bean(Cancellation.class).cancel(task.toString(), caller);
    anHourLater();
    assertThat(store.find(path(CHALK))).isEmpty();
    assertThat(database.number("SELECT count(*) FROM uploaded_loras")).isZero();
  }

  private void anHourLater() throws SQLException {
    database.execute("UPDATE uploaded_loras SET deleted_at = deleted_at - interval '1 hour'");
    nextTurn();
  }

  private void nextTurn() throws SQLException {
    database.execute("DELETE FROM chores");
    abandoned.run();
  }

  @Test
  void theNameOfADeletedOneIsFreeAndItsFileMayComeBack() throws Exception {
    upload("chalk", CHALK);
    uploads.delete("chalk", ADMINISTRATOR);

    assertThat(upload("chalk", OTHER).isNew()).isTrue();
    assertThat(upload("ink", CHALK).isNew()).isTrue();
    anHourLater();

    assertThat(library.list()).extracting(Available::name).containsExactly("chalk", "ink");
    assertThat(store.find(path(CHALK))).isPresent();
    assertThat(store.find(path(OTHER))).isPresent();
  }

  @Test
  void whatIsNotThereCannotBeDeleted() {
    assertThatThrownBy(() -> uploads.delete("chalk", ADMINISTRATOR)).isInstanceOf(LoraNotFound.class);
  }

  /** As a process leaves it that is killed before it has noted that the file is stored. */
  @Test
  void anUploadThatWasCutOffIsNothingAndIsRemoved() throws Exception {
    upload("chalk", CHALK);
    database.execute("UPDATE uploaded_loras SET stored_at = NULL");

    assertThat(library.list()).isEmpty();
    nextTurn();
    assertThat(store.find(path(CHALK))).isPresent();
    database.execute("UPDATE uploaded_loras SET created_at = created_at - interval '2 hours'");
    nextTurn();
    assertThat(store.find(path(CHALK))).isEmpty();
    assertThat(database.number("SELECT count(*) FROM uploaded_loras")).isZero();
  }

  @Test
  void anUploadThatWasCutOffCanBeSentAgain() throws IOException {
    upload("chalk", CHALK);
    database.execute("UPDATE uploaded_loras SET stored_at = NULL");

    assertThat(upload("ink", CHALK).isNew()).isTrue();
    assertThat(library.list()).extracting(Available::name).containsExactly("ink");
  }

  /** Whether it is new is another upload's business: each stores the same bytes. */
  @Test
  void aRowThatWasGivenUpMeanwhileIsNotStored() throws IOException {
    Available lora = upload("chalk", CHALK).lora();
    database.execute("DELETE FROM uploaded_loras");

    assertThatThrownBy(() -> Platform.bean(UploadedLoras.class).stored(lora, ADMINISTRATOR)).hasMessageContaining("given up");
  }
}
