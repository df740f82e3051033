package org.zimage.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import org.glassfish.jersey.internal.MapPropertiesDelegate;
import org.glassfish.jersey.server.ApplicationHandler;
import org.glassfish.jersey.server.ContainerRequest;
import org.glassfish.jersey.server.ResourceConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFilterTest {
  private static final URI SERVER = URI.create("http://localhost/");

  private final ApplicationHandler server = new ApplicationHandler(new ResourceConfig(OpenToAll.class, Closed.class, OpenOnly.class));

  @Open
  @Path("open")
  public static class OpenToAll {
    @GET
    public String read() {
      return "all";
    }

    @GET
    @Path("below")
    public String below() {
      return "all";
    }
  }

  @Path("closed")
  public static class Closed {
    @GET
    public String read() {
      return "some";
    }

    @GET
    @Path("below")
    public String below() {
      return "some";
    }
  }

  /** Lets in whom the filter would not ask for a key. */
  public static class OpenOnly implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {
      if (!KeyFilter.isOpen(request.getUriInfo())) {
        request.abortWith(Response.status(Response.Status.UNAUTHORIZED).build());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"GET, open, 200", "HEAD, open, 200", "OPTIONS, open, 200", "OPTIONS, open/below, 200", "GET, closed, 401",
      "OPTIONS, closed, 401", "OPTIONS, closed/below, 401", "OPTIONS, open/none, 404", "POST, open, 405"})
  void aRouteAsksForAKeyWhateverTheMethod(String method, String path, int status) throws ExecutionException, InterruptedException {
    ContainerRequest request =
        new ContainerRequest(SERVER, SERVER.resolve(path), method, null, new MapPropertiesDelegate(), null);

    assertThat(server.apply(request).get().getStatus()).isEqualTo(status);
  }
}
