package org.zimage.web.content;

import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import org.zimage.request.RequestTooLong;

/**
 * Counts the parts of forms, and the bytes of their headers, while they are read. Whatever reads them makes objects of each part and each
 * header before anybody sees one: a form of 13 MB with nothing but empty parts took the whole memory.
 */
@Provider
public class FormLimits implements ReaderInterceptor {

  /** @throws RequestTooLong when there is more of either than a form has */
  @Override
  public Object aroundReadFrom(ReaderInterceptorContext body) throws IOException {
    String boundary = body.getMediaType().getParameters().get("boundary");
    if (body.getMediaType().getType().equalsIgnoreCase("multipart") && boundary != null) {
      body.setInputStream(new CountedParts(body.getInputStream(), boundary));
    }
    return body.proceed();
  }
}
