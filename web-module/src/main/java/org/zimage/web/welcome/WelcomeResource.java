package org.zimage.web.welcome;

import jakarta.inject.Inject;
import jakarta.servlet.ServletContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Variant;
import java.net.MalformedURLException;
import java.net.URI;
import java.util.List;
import org.zimage.web.access.Open;
import org.zimage.web.access.PublicAddress;
import org.zimage.web.content.SeveralKinds;

/** {@code GET /}. */
@Open
@SeveralKinds
@Path("/")
public class WelcomeResource {
  private static final Welcome RUNNING = new Welcome("Z-Image API is running");
  private static final String PAGE = "/ui/index.html";
  private static final List<Variant> KINDS =
      Variant.mediaTypes(MediaType.APPLICATION_JSON_TYPE, MediaType.TEXT_HTML_TYPE).build();

  private final PublicAddress address;

  /** What programs are told. */
  public record Welcome(String message) { }

  @Inject
  public WelcomeResource(PublicAddress address) {
    this.address = address;
  }

  /** Says that the service runs; a browser is sent to the page. */
  @GET
  public Response welcome(@Context Request request, @Context ServletContext files) throws MalformedURLException {
    Variant wanted = request.selectVariant(KINDS);
    boolean browser = wanted != null && wanted.getMediaType().equals(MediaType.TEXT_HTML_TYPE);
    if (browser && files.getResource(PAGE) != null) {
      return Response.seeOther(URI.create(address.prefix() + "/ui/")).build();
    }
    return Response.ok(RUNNING, MediaType.APPLICATION_JSON_TYPE).build();
  }
}
