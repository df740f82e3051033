package org.zimage.web.v1;

import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.zimage.error.InvalidRequest;
import org.zimage.request.JsonText;
import org.zimage.task.submission.GenerationRequest;

/** Reads what a picture is asked for with: JSON in UTF-8 of at most 1 MiB. */
@Provider
public class GenerationRequestReader implements MessageBodyReader<GenerationRequest> {
  @Override
  public boolean isReadable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
    // What a body must be called is JsonBodyFilter's
    return type == GenerationRequest.class;
  }

  /**
   * @throws InvalidRequest for what is no request
   * @throws ClientErrorException (413) for a body that is too long
   */
  @Override
  public GenerationRequest readFrom(Class<GenerationRequest> type, Type genericType, Annotation[] annotations,
      MediaType mediaType, MultivaluedMap<String, String> headers, InputStream body) throws IOException {
    return GenerationRequest.parse(text(body));
  }

  /**
   * A request's body as text.
   *
   * @throws InvalidRequest when it is no UTF-8
   * @throws ClientErrorException (413) for a body that is too long
   */
  public static String text(InputStream body) throws IOException {
    byte[] bytes = body.readNBytes(JsonText.MAX_BYTES + 1);
    if (bytes.length > JsonText.MAX_BYTES) {
      throw new ClientErrorException(Response.Status.REQUEST_ENTITY_TOO_LARGE);
    }
    return JsonText.decode(bytes);
  }
}
