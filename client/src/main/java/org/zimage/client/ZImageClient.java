package org.zimage.client;

import jakarta.ws.rs.client.Entity;
import jakarta.ws.rs.client.Invocation;
import jakarta.ws.rs.core.GenericType;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.zimage.api.BatchDetail;
import org.zimage.api.CancelTaskResponse;
import org.zimage.api.DeleteTaskResponse;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.GenerateImageResponse;
import org.zimage.api.GenerationResult;
import org.zimage.api.HealthResponse;
import org.zimage.api.SystemStatus;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;
import org.zimage.api.TaskSummary;
import org.zimage.api.events.PreviewEvent;
import org.zimage.api.audit.AuditEntry;
import org.zimage.api.audit.AuditQuery;
import org.zimage.api.lora.Loras;
import org.zimage.api.lora.Loras.Available;
import org.zimage.api.origin.PictureOrigin;
import org.zimage.api.removal.ClientRemoval;

/**
 * A Z-Image server for Java programs.
 *
 * <pre>{@code
 * try (ZImageClient zimage = ZImageClient.to("http://localhost:8000").key("client-key-1").open()) {
 *   GenerationResult picture = zimage.draw(GenerateImageRequest.of("a cat sitting on the chair").withSeed(42),
 *       seen -> System.out.println(seen.progress()));
 *   zimage.download(picture.relativePath(), Path.of("cat.png"));
 * }
 * }</pre>
 *
 * <p>Every method throws {@link RequestRefused} when the server answers with an error and {@link ServerUnreachable}
 * when it does not answer. Calls whose answer was lost are repeated, also those for pictures: each has an idempotency
 * key, so that a repeated one leads to the first task. Owns connections until it is closed. Thread-safe.
 */
public final class ZImageClient implements AutoCloseable {
  private static final Consumer<TaskStatusResponse> NOBODY = seen -> { };
  private static final int AUDIT_PAGE = 1_000;
  private static final String JSON_LINES = "application/x-ndjson";

  private final Connection server;
  private final ThreadFactory threads;
  private final Duration waitTimeout;

  ZImageClient(Connection server, Duration waitTimeout, ThreadFactory threads) {
    this.server = server;
    this.threads = threads;
    this.waitTimeout = waitTimeout;
  }

  /**
   * A client of the server at this address.
   *
   * @param baseUrl such as {@code http://localhost:8000}, or with a path below which the server is
   * @throws IllegalArgumentException when it is no address of HTTP
   */
  public static ZImageClientBuilder to(String baseUrl) {
    return new ZImageClientBuilder(baseUrl);
  }

  /** Whether the service can be used; a degraded one says what is wrong. */
  public HealthResponse health() {
    return server.answered(() -> server.request(server.route("health").build()).get(), answer -> {
      String body = answer.readEntity(String.class);
      HealthResponse health = isJson(answer) ? server.parse(body, HealthResponse.class) : null;
      if (health == null || health.status() == null) {
        throw server.failure(
            RequestRefused.by(answer.getStatus(), body, answer.getHeaderString(HttpHeaders.RETRY_AFTER)));
      }
      return health;
    });
  }

  /** What waits, who works, and what may be asked for. */
  public SystemStatus system() {
    return read(server.route("system"), SystemStatus.class);
  }

  /** The adapters that requests may name, by their names. */
  public List<Available> loras() {
    return read(server.route("loras"), Loras.class).loras();
  }

  /**
   * Uploads an adapter; the client has the administrator's key. The same file once more is harmless.
   *
   * @param name by which requests name it
   * @param file a safetensors file
   * @throws IOException when it cannot be read
   * @throws RequestRefused with 422 when it is no adapter of a model that is served, with 409 when the name or the file is there already
   */
  public Available uploadLora(String name, Path file) throws IOException {
    requireReadable(file);
    StreamingOutput content = out -> Files.copy(file, out);
    return server.repeated(() -> server.request(server.route("uploadLora").queryParam("name", "{name}").build(name))
        .property(Connection.BODY, Connection.WRITTEN_WHILE_SENT).post(Entity.entity(content, MediaType.APPLICATION_OCTET_STREAM_TYPE)),
        answer -> answer.readEntity(Available.class));
  }

  /**
   * Deletes an uploaded adapter; the client has the administrator's key. Tasks that name it already are drawn with it.
   *
   * @return what was deleted
   */
  public Available deleteLora(String name) {
    return server.once(() -> server.request(server.route("deleteLora").build(name)).delete(),
        answer -> answer.readEntity(Available.class));
  }

  /**
   * Who did what, in the order of the deeds' numbers; the client has the administrator's key. Read some at a time while the stream is
   * read. A deed with a lower number than one that was read does not appear any more: whoever keeps the last number and begins behind it
   * the next time misses nothing.
   */
  public Stream<AuditEntry> audit(AuditQuery wanted) {
    return Stream.iterate(auditPage(wanted), page -> !page.isEmpty(), page -> page.size() < AUDIT_PAGE ? List.<AuditEntry>of()
        : auditPage(wanted.withAfter(page.get(page.size() - 1).id()))).flatMap(List::stream);
  }

  /** Asks for a picture, exactly once; returns as soon as the task is accepted. */
  public GenerateImageResponse generate(GenerateImageRequest request) {
    return generate(request, UUID.randomUUID().toString());
  }

  /**
   * Asks for a picture at most once, however often this is called, also by another process after a crash.
   *
   * @param idempotencyKey the caller's own name for this request; the same one again within 24 hours leads to the
   *     first task, with another request it is refused
   */
  public GenerateImageResponse generate(GenerateImageRequest request, String idempotencyKey) {
    return server.repeated(() -> sending(request, idempotencyKey), answer -> answer.readEntity(GenerateImageResponse.class));
  }

  /** A request with a picture in it is written while it is sent. */
  private Response sending(GenerateImageRequest request, String idempotencyKey) {
    Invocation.Builder call = server.request(server.route("generate").build()).header("Idempotency-Key", idempotencyKey);
    return request.image() == null ? call.post(Entity.entity(request, MediaType.APPLICATION_JSON_TYPE))
        : call.property(Connection.BODY, Connection.WRITTEN_WHILE_SENT).post(server.written(request));
  }

  /**
   * Asks for several pictures that belong together. Where the request has a seed, the pictures have it and the ones
   * after it; otherwise the server draws one for each. When a request is refused, those before it are cancelled.
   *
   * @param request its metadata goes with every picture, together with the batch's id, index and size
   * @param count how many pictures, at least 1
   */
  public Batch generateBatch(GenerateImageRequest request, int count) {
    return generateBatch(request, count, UUID.randomUUID(), accepted -> true);
  }

  /**
   * The same for a batch whose id the caller has chosen, which may end before all are asked for.
   *
   * @param goesOn hears of every task as soon as it is accepted, in this thread; when it answers with false, no more are
   *     asked for
   * @return the tasks that were accepted
   */
  public Batch generateBatch(GenerateImageRequest request, int count, UUID batchId, Predicate<String> goesOn) {
    BatchRequest batch = new BatchRequest(batchId.toString(), request, count);
    List<String> taskIds = new ArrayList<>();
    try {
      boolean more = true;
      for (int index = 0; index < count && more; index++) {
        taskIds.add(generate(batch.picture(index)).taskId());
        more = goesOn.test(taskIds.get(index));
      }
    } catch (ZImageClientException e) {
      taskIds.forEach(taskId -> cancelAfter(e, taskId));
      throw e;
    }
    return new Batch(batch.batchId(), taskIds);
  }

  /** How far a task is. */
  public TaskStatusResponse status(String taskId) {
    return read(server.route("status"), TaskStatusResponse.class, taskId);
  }

  /**
   * Waits until a task is over, however it ends, at most as long as this client's {@link
   * ZImageClientBuilder#waitTimeout}.
   */
  public TaskStatusResponse await(String taskId) throws InterruptedException {
    return await(taskId, waitTimeout, NOBODY);
  }

  /**
   * Waits until a task is over, however it ends.
   *
   * @param listener called with every change, the last one included, by this thread
   * @throws TaskNotFinished when it takes longer; the task goes on
   * @throws InterruptedException when this thread is interrupted; the task goes on
   */
  public TaskStatusResponse await(String taskId, Duration longest, Consumer<TaskStatusResponse> listener)
      throws InterruptedException {
    return awaitAll(List.of(taskId), longest, listener).get(0);
  }

  /**
   * Waits until all tasks are over, however they end.
   *
   * @param listener called with every change of each of them, by this thread
   * @return how they have ended, in the given order
   * @throws TaskNotFinished when it takes longer; the tasks go on
   * @throws InterruptedException when this thread is interrupted; the tasks go on
   */
  public List<TaskStatusResponse> awaitAll(Collection<String> taskIds, Duration longest,
      Consumer<TaskStatusResponse> listener) throws InterruptedException {
    return awaitAll(taskIds, longest, listener, null);
  }

  /**
   * Waits until all tasks are over, and watches their pictures grow.
   *
   * @param listener called with every change of each of them, by this thread
   * @param previews called after each step with a small picture of what has become of it, by this thread; null for none. They come
   *     through the server's event streams only: where a proxy cuts these, where the model was exported before there were previews,
   *     and for tasks that are not listened to yet because eight others are, there are none
   * @return how they have ended, in the given order
   * @throws TaskNotFinished when it takes longer; the tasks go on
   * @throws InterruptedException when this thread is interrupted; the tasks go on
   */
  public List<TaskStatusResponse> awaitAll(Collection<String> taskIds, Duration longest,
      Consumer<TaskStatusResponse> listener, Consumer<PreviewEvent> previews) throws InterruptedException {
    try (TaskWait wait = new TaskWait(taskIds, server, threads, listener, previews)) {
      return wait.untilOver(longest);
    }
  }

  /**
   * Asks for a picture and waits for it. When this thread is interrupted, or waits in vain, the task is cancelled.
   *
   * @param listener called with every change, by this thread
   * @throws TaskFailed when there is no picture in the end
   * @throws TaskNotFinished when it takes longer than this client's {@link ZImageClientBuilder#waitTimeout}
   */
  public GenerationResult draw(GenerateImageRequest request, Consumer<TaskStatusResponse> listener)
      throws InterruptedException {
    return draw(request, listener, null);
  }

  /**
   * Asks for a picture, waits for it, and watches it grow. When this thread is interrupted, or waits in vain, the task is cancelled.
   *
   * @param listener called with every change, by this thread
   * @param previews as for {@link #awaitAll(Collection, Duration, Consumer, Consumer)}
   * @throws TaskFailed when there is no picture in the end
   * @throws TaskNotFinished when it takes longer than this client's {@link ZImageClientBuilder#waitTimeout}
   */
  public GenerationResult draw(GenerateImageRequest request, Consumer<TaskStatusResponse> listener,
      Consumer<PreviewEvent> previews) throws InterruptedException {
    String taskId = generate(request).taskId();
    TaskStatusResponse end;
    try {
      end = awaitAll(List.of(taskId), waitTimeout, listener, previews).get(0);
    } catch (InterruptedException | TaskNotFinished e) {
      cancelAfter(e, taskId);
      throw e;
    }
    if (end.status() != TaskStatus.SUCCESS) {
      throw new TaskFailed(end);
    }
    return end.result();
  }

  /** Asks for the end of a task; asking again is harmless. */
  public CancelTaskResponse cancel(String taskId) {
    return server.repeated(() -> cancelling(taskId), answer -> answer.readEntity(CancelTaskResponse.class));
  }

  private Response cancelling(String taskId) {
    return server.request(server.route("cancel").build(taskId)).post(Entity.json(""));
  }

  /**
   * One page of the history: batches, newest first.
   *
   * @param limit 1…50
   * @param offset batches to skip
   */
  public List<TaskSummary> history(int limit, int offset) {
    return history(HistoryFilter.NONE, limit, offset);
  }

  /** One page of those batches that the filter lets through. */
  public List<TaskSummary> history(HistoryFilter filter, int limit, int offset) {
    return HistoryPages.fetch(HistoryPages.query(filter, limit, offset), server).batches();
  }

  /** The whole history, newest first: see {@link #history(HistoryFilter)}. */
  public Stream<TaskSummary> history() {
    return history(HistoryFilter.NONE);
  }

  /**
   * All batches that the filter lets through, newest first. The pages are fetched as the stream is read, without gaps
   * or doubles, whatever is made or deleted meanwhile.
   */
  public Stream<TaskSummary> history(HistoryFilter filter) {
    HistoryPages pages = new HistoryPages(filter, server);
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(pages, Spliterator.ORDERED | Spliterator.NONNULL), false);
  }

  /** One batch with its pictures. */
  public BatchDetail batch(String batchId) {
    return read(server.route("batch"), BatchDetail.class, batchId);
  }

  /** Removes a batch from the history; unfinished tasks of it are cancelled, picture files stay. */
  public DeleteTaskResponse deleteBatch(String batchId) {
    return server.once(
        () -> server.request(server.route("deleteBatch").build(batchId)).delete(),
        answer -> answer.readEntity(DeleteTaskResponse.class));
  }

  /** Removes a batch from the history, and its pictures from the server; unfinished tasks of it are cancelled. */
  public DeleteTaskResponse deleteBatchWithPictures(String batchId) {
    return server.once(
        () -> server.request(server.route("deleteBatch").queryParam("pictures", true).build(batchId)).delete(),
        answer -> answer.readEntity(DeleteTaskResponse.class));
  }

  /**
   * Asks for the removal of everything that a client has made until now; this client has the administrator's key. The server has written it
   * down when this returns, and does it afterwards: {@link #clientRemovals} says when it is done.
   *
   * @param clientId as the administrator's answers name it, such as {@code key_1a2b3c4d}
   */
  public ClientRemoval removeClient(String clientId) {
    return server.once(() -> server.request(server.route("removeClient").build(clientId)).delete(),
        answer -> answer.readEntity(ClientRemoval.class));
  }

  /** The removals of a client that were asked for, the newest first; this client has the administrator's key. */
  public List<ClientRemoval> clientRemovals(String clientId) {
    return server.repeated(() -> server.request(server.route("clientRemovals").build(clientId)).get(),
        answer -> answer.readEntity(new GenericType<List<ClientRemoval>>() { }));
  }

  /**
   * Saves all finished pictures of a batch in one ZIP, as {@link #download} saves one.
   *
   * @throws RequestRefused with 404 also when none is finished
   */
  public void downloadBatch(String batchId, Path file) throws IOException {
    Pictures.save(Pictures.batch(batchId, server), file, server);
  }

  /**
   * Writes that ZIP while it arrives. Not repeated when it breaks off: a part is written then.
   *
   * @param out stays open
   */
  public void downloadBatch(String batchId, OutputStream out) throws IOException {
    Pictures.copy(Pictures.batch(batchId, server), out, server);
  }

  /**
   * A finished picture, as PNG or WebP.
   *
   * @param path a {@code relative_path}, {@code preview_relative_path} or {@code image_url} of a result or of the
   *     history
   */
  public byte[] picture(String path) {
    return Pictures.fetch(Pictures.one(path, server), server);
  }

  /**
   * Saves a finished picture. It is written beside the file and moved, so that the file is there whole or not at all.
   *
   * @param path as for {@link #picture}
   */
  public void download(String path, Path file) throws IOException {
    Pictures.save(Pictures.one(path, server), file, server);
  }

  /**
   * Writes a finished picture while it arrives. Not repeated when it breaks off: a part is written then.
   *
   * @param path as for {@link #picture}
   * @param out stays open
   */
  public void download(String path, OutputStream out) throws IOException {
    Pictures.copy(Pictures.one(path, server), out, server);
  }

  /**
   * The picture that a task begins with, as PNG in the size of the task's own picture.
   *
   * @throws RequestRefused with 404 when the task begins with none
   */
  public byte[] inputPicture(String taskId) {
    return Pictures.fetch(Pictures.input(taskId, "image", server), server);
  }

  /** The mask that a task begins with, as {@link #inputPicture} gives its picture: white where it was repainted. */
  public byte[] inputMask(String taskId) {
    return Pictures.fetch(Pictures.input(taskId, "mask_image", server), server);
  }

  /**
   * Whether the server made a picture, exactly so or resized or compressed anew since, and whether its content credentials hold. Clients
   * learn of their own pictures only, the administrator of all.
   *
   * @param picture a PNG, JPEG or WebP file
   * @throws IOException when it cannot be read
   * @throws RequestRefused with 422 when it is no picture of a type that the server reads, with 413 when it is too long
   */
  public PictureOrigin verify(Path picture) throws IOException {
    requireReadable(picture);
    return verify((StreamingOutput) out -> Files.copy(picture, out));
  }

  /** The same of bytes. */
  public PictureOrigin verify(byte[] picture) {
    return verify((Object) picture);
  }

  private PictureOrigin verify(Object content) {
    return server.repeated(() -> server.request(server.route("verify").build()).property(Connection.BODY, Connection.WRITTEN_WHILE_SENT)
        .post(Entity.entity(content, MediaType.APPLICATION_OCTET_STREAM_TYPE)), answer -> answer.readEntity(PictureOrigin.class));
  }

  private static void requireReadable(Path file) throws NoSuchFileException {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new NoSuchFileException(file.toString(), null, "is no file that can be read");
    }
  }

  @Override
  public void close() {
    server.close();
  }

  @Override
  public String toString() {
    return "ZImageClient[" + server.baseUrl() + "]";
  }

  private List<AuditEntry> auditPage(AuditQuery wanted) {
    UriBuilder address = server.route("audit").queryParam("limit", AUDIT_PAGE);
    Map<String, Object> parameters = wanted.parameters();
    parameters.keySet().forEach(name -> address.queryParam(name, "{" + name + "}"));
    return server.repeated(
        () -> server.request(address.buildFromMap(parameters), JSON_LINES).get(),
        answer -> answer.readEntity(String.class).lines().map(line -> server.parse(line, AuditEntry.class)).toList());
  }

  private <T> T read(UriBuilder route, Class<T> type, Object... values) {
    return server.repeated(() -> server.request(route.build(values)).get(), answer -> answer.readEntity(type));
  }

  /** Once: many of them after the server was given up would take for ever. */
  private void cancelAfter(Exception failure, String taskId) {
    try {
      server.once(() -> cancelling(taskId), answer -> answer.readEntity(CancelTaskResponse.class));
    } catch (ZImageClientException e) {
      failure.addSuppressed(e);
    }
  }

  private static boolean isJson(Response answer) {
    return answer.getMediaType() != null && answer.getMediaType().isCompatible(MediaType.APPLICATION_JSON_TYPE);
  }
}
