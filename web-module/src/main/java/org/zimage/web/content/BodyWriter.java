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
import java.util.List;
import org.zimage.json.Bodies;

/** Writes what routes answer: a record, or a list of them. */
@Provider
@Produces(MediaType.APPLICATION_JSON)
public class BodyWriter implements MessageBodyWriter<Object> {
  @Override
  public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
    return Record.class.isAssignableFrom(type) || List.class.isAssignableFrom(type);
  }

  @Override
  public void writeTo(Object body, Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType,
      MultivaluedMap<String, Object> headers, OutputStream out) throws IOException {
    out.write(Bodies.text(body).getBytes(StandardCharsets.UTF_8));
  }
}
