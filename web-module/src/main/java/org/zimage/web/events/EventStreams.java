package org.zimage.web.events;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.api.events.TaskSnapshot;
import org.zimage.caller.Caller;
import org.zimage.progress.Preview;
import org.zimage.progress.Previews;
import org.zimage.progress.ProgressStore;
import org.zimage.progress.TaskChange;
import org.zimage.task.TaskId;
import org.zimage.task.TaskNotFound;
import org.zimage.task.TaskState;
import org.zimage.task.view.Tasks;
import org.zimage.web.writing.LongAnswer;

/**
 * All listeners of this node. Steps come from the progress store and are passed on as they are; everything else is read
 * again from the database, which is also asked regularly, since the store is silent while Redis is away.
 *
 * <p>Owns one thread and one subscription, however many listeners there are; both end with the application.
 * Thread-safe.
 */
@ApplicationScoped
public class EventStreams {
  private static final Logger LOG = Logger.getLogger(EventStreams.class.getName());

  /** How often the database is asked while the store is well, for what it may have missed. */
  private static final int RARELY = 5;
  /** How often the subscription is asked whether it lives, in seconds. */
  private static final int TENDING = 3;
  /** How often workers are told whose previews somebody watches, in seconds. */
  private static final int WATCHING = 5;

  private final Tasks tasks;
  private final ProgressStore progressStore;
  private final Previews previews;
  private final ScheduledExecutorService thread;
  private final Map<String, Set<TaskWatcher>> streams = new ConcurrentHashMap<>();
  /** Of the rows, when they were read last; of the one thread. */
  private final Map<String, String> versions = new HashMap<>();
  private ProgressStore.Subscription subscription;
  private int seconds;

  protected EventStreams() {
    this(null, null, null, null);
  }

  @Inject
  public EventStreams(Tasks tasks, ProgressStore progressStore, Previews previews, ThreadFactory threads) {
    this.tasks = tasks;
    this.progressStore = progressStore;
    this.previews = previews;
    this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
      Thread events = threads.newThread(work);
      events.setName("zimage-events");
      return events;
    });
  }

  /** Begins with the application: the first listener shall not miss what happens while the subscription is made. */
  void begin(@Observes @Initialized(ApplicationScoped.class) Object application) {
    LOG.log(Level.FINE, "Listening for {0}", application);
  }

  @PostConstruct
  void start() {
    subscription = progressStore.subscribe(change -> thread.execute(() -> guarded(() -> changed(change))));
    previews.listen(preview -> thread.execute(() -> guarded(() -> show(preview))));
    thread.scheduleAtFixedRate(() -> guarded(this::everySecond), 1, 1, TimeUnit.SECONDS);
  }

  @PreDestroy
  void stop() {
    subscription.close();
    thread.shutdownNow();
    closeAll();
  }

  /** Ends what listeners are told; they connect again, to another node or to this one when it is back. */
  public void closeAll() {
    streams.values().forEach(listeners -> listeners.forEach(TaskWatcher::close));
  }

  /** How many listeners there are. */
  public int open() {
    return streams.values().stream().mapToInt(Set::size).sum();
  }

  /** Whether the event that a listener heard last was the last of its stream. */
  public static boolean isOver(String lastEventId) {
    return EventStream.DONE.equals(lastEventId);
  }

  /**
   * Lets a caller hear what happens to a task: first how it is now.
   *
   * @param id any text, with or without dashes
   * @param prefix what stands before the paths of this service's addresses
   * @param watchesPreviews whether the caller wants to see how the picture grows
   * @throws TaskNotFound when there is none of that name
   * @throws org.zimage.task.TaskNotAllowed when it is another client's
   * @return the entity of the response
   */
  public StreamingOutput open(String id, Caller caller, String prefix, boolean watchesPreviews, LongAnswer answer) {
    EventStream stream = new EventStream(tasks.read(id, caller).taskId(), caller, prefix, watchesPreviews, answer);
    watch(stream);
    return answer.entity(stream::opened);
  }

  /**
   * Tells a watcher what happens to its task: first how it is now, on the caller's thread.
   *
   * @throws TaskNotFound when it is gone
   * @throws org.zimage.task.TaskNotAllowed when it is another client's
   */
  public void watch(TaskWatcher watcher) {
    streams.compute(watcher.taskId(), (key, listeners) -> {
      Set<TaskWatcher> all = listeners == null ? ConcurrentHashMap.newKeySet() : listeners;
      all.add(watcher);
      return all;
    });
    if (watcher.watchesPreviews()) {
      previews.watch(List.of(new TaskId(watcher.taskId())));
    }
    try {
      // Read now, not before: what happened until the watcher was registered was told to nobody
      watcher.send(tasks.find(watcher.taskId(), watcher.caller()));
    } catch (RuntimeException e) {
      // Whoever keeps it is told with the next look, also when the row stays as it is
      thread.execute(() -> versions.remove(watcher.taskId()));
      throw e;
    }
  }

  private void changed(TaskChange change) {
    Set<TaskWatcher> listeners = streams.get(change.id().value());
    if (listeners == null) {
      return;
    }
    if (change.status() == TaskState.RUNNING && change.progress() != null) {
      TaskSnapshot view = Tasks.running(change.id().value(), change.attempt(), change.progress());
      listeners.forEach(stream -> stream.send(view));
    } else {
      refresh(change.id().value(), listeners);
    }
    forgetClosed(change.id().value());
  }

  private void show(Preview preview) {
    streams.getOrDefault(preview.id().value(), Set.of()).stream().filter(TaskWatcher::watchesPreviews)
        .forEach(watcher -> watcher.show(preview));
  }

  private List<TaskId> watched() {
    return streams.entrySet().stream().filter(task -> task.getValue().stream().anyMatch(TaskWatcher::watchesPreviews))
        .map(task -> new TaskId(task.getKey())).toList();
  }

  private void everySecond() {
    seconds++;
    streams.values().forEach(listeners -> listeners.forEach(TaskWatcher::tend));
    streams.keySet().forEach(this::forgetClosed);
    if (seconds % TENDING == 0) {
      progressStore.tend();
    }
    if (seconds % WATCHING == 0) {
      previews.watch(watched());
    }
    if (!streams.isEmpty() && (seconds % RARELY == 0 || !progressStore.isReachable())) {
      refreshChanged();
    }
  }

  /** The thread goes on, whatever happens: with the database away there are no news, later there are again. */
  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, "Listeners hear nothing new at the moment", e);
    }
  }

  /** Asks for all at once, however many there are, and reads those that have changed or are gone. */
  private void refreshChanged() {
    Map<String, String> now = tasks.versions(Set.copyOf(streams.keySet()));
    versions.keySet().retainAll(streams.keySet());
    streams.forEach((taskId, listeners) -> {
      String version = now.get(taskId);
      if (version == null || !version.equals(versions.get(taskId))) {
        guarded(() -> {
          refresh(taskId, listeners);
          versions.put(taskId, version);
        });
      }
    });
  }

  /** One look at the task for every caller, however many connections each has. */
  private void refresh(String taskId, Set<TaskWatcher> listeners) {
    Map<Caller, TaskSnapshot> views = new HashMap<>();
    try {
      for (TaskWatcher stream : listeners) {
        stream.send(views.computeIfAbsent(stream.caller(), caller -> tasks.find(taskId, caller)));
      }
    } catch (TaskNotFound e) {
      listeners.forEach(TaskWatcher::end);
    }
  }

  private void forgetClosed(String taskId) {
    streams.computeIfPresent(taskId, (key, listeners) -> {
      listeners.removeIf(TaskWatcher::isClosed);
      return listeners.isEmpty() ? null : listeners;
    });
  }
}
