package org.zimage.web.writing;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Gives every request its {@link LongAnswer}, and keeps JAX-RS from ending a connection whose long answer has begun. JAX-RS has no
 * non-blocking output. With the non-blocking output of the server alone, the filters of JAX-RS would not see the answer.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true, dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.ASYNC})
public class LongAnswerFilter extends HttpFilter {
  @Override
  protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    LongAnswer answer = new LongAnswer(request, response);
    try {
      chain.doFilter(new Request(request, answer), new Response(response, answer));
    } finally {
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

  /** Without the length of the bytes that JAX-RS was given, which are none. */
  private static final class Response extends HttpServletResponseWrapper {
    private final LongAnswer answer;

    Response(HttpServletResponse response, LongAnswer answer) {
      super(response);
      this.answer = answer;
    }

    @Override
    public void setContentLength(int length) {
      setContentLengthLong(length);
    }

    @Override
    public void setContentLengthLong(long length) {
      if (!answer.isBegun()) {
        super.setContentLengthLong(length);
      }
    }
  }
}
