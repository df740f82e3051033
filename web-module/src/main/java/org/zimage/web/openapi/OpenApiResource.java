package org.zimage.web.openapi;

import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
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
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
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
  private static final String JSON = toJson(YAML);

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

  private static String toJson(String yaml) {
    Map<?, ?> document = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(yaml);
    JsonObjectBuilder json = Json.createObjectBuilder();
    document.forEach((name, value) -> json.add((String) name, value(value)));
    return json.build().toString();
  }

  private static JsonValue value(Object value) {
    if (value instanceof Map<?, ?> map) {
      JsonObjectBuilder object = Json.createObjectBuilder();
      map.forEach((name, member) -> object.add(String.valueOf(name), value(member)));
      return object.build();
    }
    if (value instanceof List<?> list) {
      JsonArrayBuilder array = Json.createArrayBuilder();
      list.forEach(item -> array.add(value(item)));
      return array.build();
    }
    if (value instanceof Boolean truth) {
      return truth ? JsonValue.TRUE : JsonValue.FALSE;
    }
    if (value instanceof Number number) {
      return Json.createValue(new BigDecimal(number.toString()));
    }
    return value == null ? JsonValue.NULL : Json.createValue((String) value);
  }
}
