package org.zimage.web.openapi;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.zimage.api.json.Bodies;
import org.zimage.web.access.Open;
import org.zimage.web.access.PublicAddress;
import org.zimage.web.content.SeveralKinds;

/**
 * {@code GET /openapi}: {@code openapi.yaml} beside this class, or the same as JSON. The server's own page is not used:
 * it adds a member of its own, which makes the document invalid for those who generate clients.
 */
@Open
@SeveralKinds
@Path("openapi")
public class OpenApiResource {
  private static final MediaType YAML_TYPE = MediaType.valueOf("application/yaml").withCharset("utf-8");
  private static final List<Variant> KINDS =
      Variant.mediaTypes(MediaType.valueOf("application/yaml"), MediaType.APPLICATION_JSON_TYPE).build();
  private static final String YAML = read();
  private static final String JSON = Bodies.text(new Load(LoadSettings.builder().build()).loadFromString(YAML));

  private final PublicAddress address;

  @Inject
  public OpenApiResource(PublicAddress address) {
    this.address = address;
  }

  /**
   * The description as YAML, unless JSON is asked for.
   *
   * @param format {@code json} or {@code yaml}, in any case; goes before the header
   */
  @GET
  public Response describe(@QueryParam("format") String format, @Context Request request) {
    String server = address.prefix().isEmpty() ? "/" : address.prefix();
    return isJson(format, request)
        ? Response.ok(JSON.replace("[{\"url\":\"/\"}]", "[{\"url\":\"" + server + "\"}]"), MediaType.APPLICATION_JSON_TYPE).build()
        : Response.ok(YAML.replace("\n  - url: /\n", "\n  - url: " + server + "\n"), YAML_TYPE).build();
  }

  private static boolean isJson(String format, Request request) {
    if (format != null) {
      return format.equalsIgnoreCase("json");
    }
    Variant wanted = request.selectVariant(KINDS);
    return wanted != null && wanted.getMediaType().equals(MediaType.APPLICATION_JSON_TYPE);
  }

  private static String read() {
    try (InputStream file = OpenApiResource.class.getResourceAsStream("openapi.yaml")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("openapi.yaml is not in this archive", e);
    }
  }
}
