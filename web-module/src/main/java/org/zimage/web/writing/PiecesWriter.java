package org.zimage.web.writing;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

/**
 * Writes bodies that are made piece by piece, as fast as their callers read. The first piece is made before the head is sent: if that
 * fails, the answer is the failure.
 */
@Provider
public class PiecesWriter implements MessageBodyWriter<Pieces> {
  @Context
  private HttpServletRequest request;

  @Override
  public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
    return Pieces.class.isAssignableFrom(type);
  }

  @Override
  public void writeTo(Pieces pieces, Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType,
      MultivaluedMap<String, Object> headers, OutputStream out) throws IOException {
    byte[] first;
    try {
      first = pieces.next();
    } catch (IOException | RuntimeException e) {
      pieces.close();
      throw e;
    }
    if (request.getMethod().equals(HttpMethod.HEAD)) {
      measure(first, pieces, out);
    } else if (!LongAnswer.of(request).begin(new Begun(first, pieces))) {
      pieces.close();
    }
  }

  private static void measure(byte[] first, Pieces pieces, OutputStream out) throws IOException {
    try (pieces) {
      for (byte[] piece = first; piece != null; piece = pieces.next()) {
        out.write(piece);
      }
    }
  }

  /** Whose first piece is made. */
  private static final class Begun implements Pieces {
    private byte[] first;
    private final Pieces others;

    Begun(byte[] first, Pieces others) {
      this.first = first;
      this.others = others;
    }

    @Override
    public byte[] next() throws IOException {
      if (first == null) {
        return others.next();
      }
      byte[] piece = first;
      first = null;
      return piece;
    }

    @Override
    public void close() throws IOException {
      others.close();
    }
  }
}
