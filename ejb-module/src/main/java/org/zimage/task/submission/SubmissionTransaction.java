package org.zimage.task.submission;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.zimage.api.ValidationError.Problem;
import org.zimage.audit.Audit;
import org.zimage.audit.AuditRecord;
import org.zimage.audit.Deed;
import org.zimage.audit.Refusals;
import org.zimage.caller.Caller;
import org.zimage.error.InvalidRequest;
import org.zimage.error.ZImageException;
import org.zimage.settings.Settings;
import org.zimage.task.GenerationBatch;
import org.zimage.task.GenerationTask;
import org.zimage.task.GenerationTask.Reuse;
import org.zimage.task.TaskId;
import org.zimage.task.TaskWaiting;
import org.zimage.task.TasksChanged;
import org.zimage.task.TasksSubmitted;
import org.zimage.task.lifecycle.BatchTally;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.reuse.EqualTasks;
import org.zimage.task.reuse.EqualTasks.Equal;
import org.zimage.task.reuse.EqualTasks.Wanted;
import org.zimage.task.reuse.RequestFingerprint;
import org.zimage.webhook.DeliveryLog;
import org.zimage.webhook.WebhookHosts;

/**
 * Writes submitted requests as tasks in one transaction. A refused request changes nothing and does not delay the others. Rows are
 * locked in the order that the ledger of transitions names: idempotency keys, limits of clients, batches, fingerprints, tasks; within each
 * kind in a fixed order. Thread-safe.
 */
@ApplicationScoped
public class SubmissionTransaction {
  private final EntityManager entities;
  private final BatchTally tally;
  private final IdempotencyKeys idempotencyKeys;
  private final PendingLimit pendingLimit;
  private final WebhookHosts webhookHosts;
  private final DeliveryLog webhooks;
  private final EqualTasks equalTasks;
  private final TaskLedger ledger;
  private final Settings settings;
  private final Event<TaskWaiting> waiting;
  private final Event<TasksSubmitted> submitted;
  private final Audit audit;
  private final Refusals refusals;

  protected SubmissionTransaction() {
    this(null, null, null, null, null, null, null, null, null, null, null, null, null);
  }

  @Inject
  public SubmissionTransaction(EntityManager entities, BatchTally tally, IdempotencyKeys idempotencyKeys,
      PendingLimit pendingLimit, WebhookHosts webhookHosts, DeliveryLog webhooks, EqualTasks equalTasks, TaskLedger ledger,
      Settings settings, Event<TaskWaiting> waiting, Event<TasksSubmitted> submitted, Audit audit,
      Refusals refusals) {
    this.entities = entities;
    this.tally = tally;
    this.idempotencyKeys = idempotencyKeys;
    this.pendingLimit = pendingLimit;
    this.webhookHosts = webhookHosts;
    this.webhooks = webhooks;
    this.equalTasks = equalTasks;
    this.ledger = ledger;
    this.settings = settings;
    this.waiting = waiting;
    this.submitted = submitted;
    this.audit = audit;
    this.refusals = refusals;
  }

  /** Makes tasks of all that are not refused, or fails with nothing changed. */
  @Transactional
  void write(List<SubmittedRequests> group) {
    group.forEach(SubmittedRequests::begin);
    idempotencyKeys.claim(group);
    check(group, SubmissionTransaction::requireServedModels);
    check(group, this::requireWebhooks);
    PendingLimit.Room room = pendingLimit.room(callersOfNewTasks(group));
    check(group, one -> room.take(one.caller(), one.unknown().size()));
    Map<UUID, GenerationBatch> batches = lockBatches(accepted(group));
    Set<UUID> joined = Set.copyOf(batches.keySet());
    check(group, one -> openBatches(one, batches));
    idempotencyKeys.release(group.stream().filter(SubmittedRequests::isRefused).toList());
    Map<TaskId, Equal> equals = equalTasks.find(wanted(accepted(group)));
    persist(accepted(group), batches, joined, equals);
    accepted(group).forEach(SubmittedRequests::writeAlongside);
    audit.record(accepted(group).stream().flatMap(this::records).toList());
  }

  private Stream<AuditRecord> records(SubmittedRequests one) {
    return one.requests().stream().filter(part -> part.isNew() || refusals.hasRoomForUnchanged(one.caller().actor()))
        .map(part -> record(part, one.caller()));
  }

  /** A request whose idempotency key stands for a task is that task once more, and is in whatever batch the task is. */
  private static AuditRecord record(SubmittedRequest part, Caller caller) {
    String task = part.task().value();
    return part.isNew() ? AuditRecord.done(Deed.TASK_SUBMIT, caller.actor(), task).in(part.batchId().toString())
        : AuditRecord.unchanged(Deed.TASK_SUBMIT, caller.actor(), task);
  }

  private static List<SubmittedRequests> accepted(List<SubmittedRequests> group) {
    return group.stream().filter(one -> !one.isRefused()).toList();
  }

  private static List<Caller> callersOfNewTasks(List<SubmittedRequests> group) {
    return accepted(group).stream().filter(one -> !one.unknown().isEmpty()).map(SubmittedRequests::caller).toList();
  }

  /** Looks at those that are not refused yet; what the check throws is their answer. */
  private static void check(List<SubmittedRequests> group, Consumer<SubmittedRequests> check) {
    for (SubmittedRequests one : accepted(group)) {
      try {
        check.accept(one);
      } catch (ZImageException refusal) {
        one.refuse(refusal);
      }
    }
  }

  private static void requireServedModels(SubmittedRequests one) {
    one.unknown().stream().map(part -> part.request().model()).filter(model -> model != null && !one.models().mayBeNamed(model)).findFirst()
        .ifPresent(model -> {
          throw new InvalidRequest(List.of(new Problem("value_error", List.of("body", "model"),
              "Value error, no worker serves this model at the moment; served now: " + one.models().names(), JSON.createValue(model))));
        });
  }

  private void requireWebhooks(SubmittedRequests one) {
    one.unknown().stream().map(part -> part.request().webhook()).filter(webhook -> webhook != null)
        .forEach(webhookHosts::require);
  }

  /** The batches that are there already and get more tasks, by their ids. */
  private Map<UUID, GenerationBatch> lockBatches(List<SubmittedRequests> group) {
    Set<UUID> named = group.stream().flatMap(one -> one.unknown().stream())
        .filter(part -> part.membership().batchId() != null).map(SubmittedRequest::batchId)
        .collect(Collectors.toCollection(TreeSet::new));
    if (named.isEmpty()) {
      return new HashMap<>();
    }
    return entities.createQuery("SELECT batch FROM GenerationBatch batch WHERE batch.id IN :ids ORDER BY batch.id",
        GenerationBatch.class).setParameter("ids", named).setLockMode(LockModeType.PESSIMISTIC_WRITE).getResultStream()
        .collect(Collectors.toMap(GenerationBatch::id, batch -> batch, (one, same) -> one, HashMap::new));
  }

  /** Several requests may be the first of a batch at the same time; the first of them makes it, and owns it. */
  private void openBatches(SubmittedRequests one, Map<UUID, GenerationBatch> batches) {
    Map<UUID, GenerationBatch> own = new HashMap<>();
    for (SubmittedRequest part : one.unknown()) {
      GenerationBatch batch = batches.getOrDefault(part.batchId(), own.get(part.batchId()));
      if (batch == null) {
        own.put(part.batchId(), batch(part, one.caller()));
      } else if (!one.caller().maySee(batch.apiClientId())) {
        throw new BatchNotAllowed();
      }
    }
    batches.putAll(own);
  }

  private static GenerationBatch batch(SubmittedRequest first, Caller owner) {
    return new GenerationBatch(first.batchId(), owner.clientId(), first.request().parameters(), first.membership().size(),
        json(first), first.createdAt());
  }

  private static String json(SubmittedRequest part) {
    JsonObject metadata = part.request().metadata();
    return metadata == null ? null : metadata.toString();
  }

  private List<Wanted> wanted(List<SubmittedRequests> group) {
    return group.stream().flatMap(one -> one.unknown().stream()).filter(this::mayReuse)
        .map(part -> new Wanted(part.task(), part.fingerprint(), part.model())).toList();
  }

  /** Whether the picture of an equal task will do for a request, with what the operator says for those that do not. */
  boolean mayReuse(SubmittedRequest part) {
    return part.mayReuse(settings.reuse());
  }

  private void persist(List<SubmittedRequests> group, Map<UUID, GenerationBatch> batches, Set<UUID> joined,
      Map<TaskId, Equal> equals) {
    batches.values().stream().filter(batch -> !joined.contains(batch.id())).forEach(entities::persist);
    Map<UUID, Integer> counts = new HashMap<>();
    List<TasksChanged.Change> tasks = new ArrayList<>();
    for (SubmittedRequests one : group) {
      for (SubmittedRequest part : one.unknown()) {
        counts.merge(part.batchId(), 1, Integer::sum);
        Reuse reuse = reuse(part.fingerprint(), equals.get(part.task()));
        tasks.add(new TasksChanged.Change(persist(part, batches.get(part.batchId()), reuse), one.caller().clientId()));
      }
    }
    if (!tasks.isEmpty()) {
      entities.flush();
      // What a new batch has announced is right unless more came
      counts.forEach((id, count) -> {
        if (joined.contains(id) || count > batches.get(id).batchSize()) {
          tally.settle(id);
        }
      });
      registerWebhooks(group);
      submitted.fire(new TasksSubmitted(tasks));
      waiting.fire(new TaskWaiting(tasks.stream().map(task -> new TaskId(task.task().taskId()))
          .filter(task -> !equals.containsKey(task)).toList()));
      tasks.stream().map(TasksChanged.Change::task).forEach(task -> giveFinished(task, equals.get(new TaskId(task.taskId()))));
    }
  }

  /** The equal task is held since it was found. */
  private void giveFinished(GenerationTask task, Equal equal) {
    if (equal != null && equal.isFinished()) {
      ledger.reuse(new TaskId(task.taskId()), task.batch().id(), equal.task());
    }
  }

  private static Reuse reuse(RequestFingerprint fingerprint, Equal equal) {
    return new Reuse(fingerprint.hash(), equal == null ? null : equal.task().value());
  }

  private GenerationTask persist(SubmittedRequest part, GenerationBatch batch, Reuse reuse) {
    GenerationRequest request = part.request();
    GenerationTask task = new GenerationTask(part.task(), batch, part.membership().index(), request.parameters(),
        part.model(), request.start(), request.expiresIn(), json(part), reuse, part.createdAt());
    entities.persist(task);
    return task;
  }

  private void registerWebhooks(List<SubmittedRequests> group) {
    for (SubmittedRequests one : group) {
      one.unknown().stream().filter(part -> part.request().webhook() != null)
          .forEach(part -> webhooks.register(part.task(), part.request().webhook(), one.caller().clientId()));
    }
  }
}
