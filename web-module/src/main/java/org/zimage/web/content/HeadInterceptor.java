package org.zimage.web.content;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Says in the answer to HEAD how long the answer to GET would be. The server would say 0 for whatever does not fit into its
 * buffer. What says its own length is not written.
 */
@Provider
public class HeadInterceptor implements WriterInterceptor {
  @Context
  private Request request;

  @Override
  public void aroundWriteTo(WriterInterceptorContext answer) throws IOException {
    if (!HttpMethod.HEAD.equals(request.getMethod())) {
      answer.proceed();
      return;
    }
    if (answer.getHeaders().containsKey(HttpHeaders.CONTENT_LENGTH)) {
      return;
    }
    OutputStream nowhere = answer.getOutputStream();
    Length length = new Length();
    answer.setOutputStream(length);
    answer.proceed();
    answer.setOutputStream(nowhere);
    answer.getHeaders().putSingle(HttpHeaders.CONTENT_LENGTH, length.bytes);
  }

  private static final class Length extends OutputStream {
    private long bytes;

    @Override
    public void write(int b) {
      bytes++;
    }

    @Override
    public void write(byte[] from, int offset, int length) {
      bytes += length;
    }
  }
}
