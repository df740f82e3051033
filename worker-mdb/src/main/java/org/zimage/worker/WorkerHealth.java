package org.zimage.worker;

import jakarta.inject.Inject;
import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.zimage.api.json.Bodies;
import org.zimage.broker.BrokerWatch;
import org.zimage.broker.Listeners;
import org.zimage.broker.Listeners.Listener;
import org.zimage.health.OncePerSecond;
import org.zimage.image.ImageStore;
import org.zimage.image.StorageFailed;
import org.zimage.task.dispatch.WorkQueue;
import org.zimage.worker.credentials.PictureSigning;

/**
 * The probes of a worker node: {@code /health/live}, and {@code /health/ready} while a picture can be drawn and stored.
 */
@WebServlet({"/health/live", "/health/ready"})
public class WorkerHealth extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject
  private transient InferenceThread inference;

  @Inject
  private transient ImageStore images;

  @Inject
  private transient Listeners listeners;

  @Inject
  private transient BrokerWatch broker;

  @Inject
  private transient PictureSigning signing;

  private final transient OncePerSecond<String> troubleWithStore = new OncePerSecond<>(this::troubleWithStore);

  /**
   * What a probe is answered.
   *
   * @param status {@code degraded} while it draws and something has to be done soon
   * @param reason why this worker is not ready, or what has to be done; null when all is well
   * @param model null until one is loaded
   */
  private record Answer(String status, @JsonbNillable(false) String reason, @JsonbNillable(false) String model,
      @JsonbNillable(false) @JsonbProperty("model_loads") Integer modelLoads) { }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
    boolean isAskedForReadiness = request.getServletPath().endsWith("/ready");
    String trouble = isAskedForReadiness ? trouble() : null;
    String warning = isAskedForReadiness && trouble == null ? signing.warning().orElse(null) : null;
    boolean tellsModel = trouble == null && inference.model() != null;
    String status = trouble != null ? "not ready" : warning != null ? "degraded" : "ok";
    Answer answer = new Answer(status, trouble != null ? trouble : warning,
        tellsModel ? inference.model().manifest().name() : null, tellsModel ? inference.loads() : null);
    response.setStatus(trouble == null ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    response.setContentType("application/json");
    response.setHeader("Cache-Control", "no-store");
    response.getWriter().print(Bodies.text(answer));
  }

  private String trouble() {
    String trouble = inference.trouble();
    if (trouble == null) {
      trouble = troubleWithStore.get();
    }
    return trouble == null ? troubleWithMessages() : trouble;
  }

  private String troubleWithMessages() {
    return listeners.all().stream().filter(listener -> listener.queue().equals(WorkQueue.NAME))
        .filter(listener -> listener.awaitsSelector() || listener.isMissing()).findFirst().map(this::withReason).orElse(null);
  }

  private String withReason(Listener listener) {
    return Stream.concat(Stream.of(listener.toString()), broker.troubles().stream()).collect(Collectors.joining("; "));
  }

  private String troubleWithStore() {
    try {
      images.checkWriting();
      return null;
    } catch (StorageFailed failure) {
      return failure.getMessage();
    }
  }
}
