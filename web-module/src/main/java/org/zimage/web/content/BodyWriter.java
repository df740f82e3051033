package org.zimage.web.content;

import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import org.zimage.api.json.Bodies;

/**
 * Writes what routes answer. For records and not for all objects, as the server's own writer is: of writers for the same type,
 * JAX-RS takes either, one server this and another that.
 */
@Provider
@Produces(MediaType.APPLICATION_JSON)
public class BodyWriter implements MessageBodyWriter<Record> {
  @Override
  public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
    return Record.class.isAssignableFrom(type);
  }

  @Override
  public void writeTo(Record body, Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType,
      MultivaluedMap<String, Object> headers, OutputStream out) throws IOException {
    out.write(Bodies.text(body).getBytes(StandardCharsets.UTF_8));
  }
}
