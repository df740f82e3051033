package org.zimage.web.writing;

import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.zimage.web.access.Origins;
import org.zimage.web.error.ErrorPage;

/**
 * Gives every request its {@link LongAnswer}: no thread that serves requests waits for a caller who does not read, so that a few hundred
 * of them hold nobody up. Keeps JAX-RS from ending a connection whose answer is not written. JAX-RS has no non-blocking output. With the
 * non-blocking output of the server alone, the filters of JAX-RS would not see the answer. Stands in web.xml, before all that write.
 */
public class LongAnswerFilter extends HttpFilter {
  private final transient UnreadBytes<LongAnswer> unread = new UnreadBytes<>();

  @Inject
  private transient AnswerWriters writers;

  @Inject
  private transient Origins origins;

  @Override
  protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    LongAnswer begun = LongAnswer.of(request);
    if (begun != null) {
      // A second thread serves it, with what the first was given
      answer(begun, request, response, chain);
    } else {
      LongAnswer answer = new LongAnswer(request, response, writers, unread, origins);
      answer(answer, new Request(request, answer), new Response(response, answer), chain);
    }
  }

  private static void answer(LongAnswer answer, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    boolean isAnswered = false;
    answer.enter();
    try {
      chain.doFilter(request, response);
      answer.finish();
      isAnswered = true;
    } finally {
      if (!isAnswered) {
        answer.fail();
      }
      answer.leave();
    }
  }

  /** Whose connection is kept. */
  private static final class Request extends HttpServletRequestWrapper {
    private final LongAnswer answer;

    Request(HttpServletRequest request, LongAnswer answer) {
      super(request);
      this.answer = answer;
    }

    @Override
    public AsyncContext startAsync() {
      return kept(super.startAsync());
    }

    @Override
    public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
      return kept(super.startAsync(request, response));
    }

    @Override
    public AsyncContext getAsyncContext() {
      return kept(super.getAsyncContext());
    }

    /** The server's own asynchronous context, except that the long answer decides when it is complete. */
    private AsyncContext kept(AsyncContext context) {
      answer.connected(context);
      return (AsyncContext) Proxy.newProxyInstance(LongAnswerFilter.class.getClassLoader(), new Class<?>[] {AsyncContext.class},
          (proxy, method, arguments) -> method.getName().equals("complete") ? complete(context) : call(context, method, arguments));
    }

    private Object complete(AsyncContext context) {
      answer.headIsComplete(context);
      return null;
    }

    private static Object call(AsyncContext context, Method method, Object[] arguments) throws Throwable {
      try {
        return method.invoke(context, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }
  }

  /** Which the connection takes. */
  private static final class Response extends HttpServletResponseWrapper {
    private final LongAnswer answer;

    Response(HttpServletResponse response, LongAnswer answer) {
      super(response);
      this.answer = answer;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
      return new Output(super.getOutputStream(), answer);
    }

    @Override
    public void flushBuffer() throws IOException {
      answer.flush();
    }

    @Override
    public void reset() {
      super.reset();
      answer.forget();
    }

    @Override
    public void resetBuffer() {
      super.resetBuffer();
      answer.forget();
    }

    /** The server would write its page behind the filters. */
    @Override
    public void sendError(int status, String message) throws IOException {
      sendError(status);
    }

    @Override
    public void sendError(int status) throws IOException {
      resetBuffer();
      ErrorPage.answer(this, status);
    }

    @Override
    public void setContentLength(int length) {
      setContentLengthLong(length);
    }

    /** Unless it is that of the bytes which JAX-RS was given for a body that is written later: none. */
    @Override
    public void setContentLengthLong(long length) {
      if (!answer.isBegun()) {
        super.setContentLengthLong(length);
      }
    }
  }

  private static final class Output extends ServletOutputStream {
    private final ServletOutputStream server;
    private final LongAnswer answer;

    Output(ServletOutputStream server, LongAnswer answer) {
      this.server = server;
      this.answer = answer;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b});
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      answer.take(from, offset, length);
    }

    @Override
    public void flush() throws IOException {
      answer.flush();
    }

    @Override
    public boolean isReady() {
      return server.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      server.setWriteListener(listener);
    }
  }
}
