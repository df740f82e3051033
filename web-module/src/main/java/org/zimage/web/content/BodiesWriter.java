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
import org.zimage.api.json.Bodies;

/** Writes the lists of records that routes answer, as {@link BodyWriter} writes one. */
@Provider
@Produces(MediaType.APPLICATION_JSON)
public class BodiesWriter implements MessageBodyWriter<List<?>> {
  @Override
  public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
    return List.class.isAssignableFrom(type);
  }

  @Override
  public void writeTo(List<?> bodies, Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType,
      MultivaluedMap<String, Object> headers, OutputStream out) throws IOException {
    out.write(Bodies.text(bodies).getBytes(StandardCharsets.UTF_8));
  }
}
