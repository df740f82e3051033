package org.zimage.web.content;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Variant;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import org.glassfish.jersey.internal.MapPropertiesDelegate;
import org.glassfish.jersey.server.ApplicationHandler;
import org.glassfish.jersey.server.ContainerRequest;
import org.glassfish.jersey.server.ContainerResponse;
import org.glassfish.jersey.server.ResourceConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptFilterTest {
  private static final URI SERVER = URI.create("http://localhost/");

  private final ApplicationHandler server =
      new ApplicationHandler(new ResourceConfig(One.class, Several.class, AcceptFilter.class, AcceptFilter.Restored.class));

  @Path("one")
  public static class One {
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public String read() {
      return "json";
    }
  }

  @SeveralKinds
  @Path("several")
  public static class Several {
    @GET
    public String read(@Context Request request) {
      return request.selectVariant(Variant.mediaTypes(MediaType.APPLICATION_JSON_TYPE, MediaType.TEXT_HTML_TYPE).build())
          .getMediaType().toString();
    }
  }

  @ParameterizedTest
  @CsvSource({"application/json", "text/html", "image/webp", "text/event-stream"})
  void aRouteWithOneKindOfAnswerGivesItToEverybody(String accepted) throws Exception {
    ContainerResponse answer = get("one", accepted);

    assertThat(answer.getStatus()).isEqualTo(200);
    assertThat(answer.getEntity()).isEqualTo("json");
  }

  @ParameterizedTest
  @CsvSource({"application/json, application/json", "text/html, text/html", "'text/html;q=0.5, application/json', application/json"})
  void aRouteWithSeveralKindsSeesWhatTheCallerAccepts(String accepted, String chosen) throws Exception {
    assertThat(get("several", accepted).getEntity()).isEqualTo(chosen);
  }

  private ContainerResponse get(String path, String accepted) throws ExecutionException, InterruptedException {
    ContainerRequest request =
        new ContainerRequest(SERVER, SERVER.resolve(path), "GET", null, new MapPropertiesDelegate(), null);
    request.header("Accept", accepted);
    return server.apply(request).get();
  }
}
