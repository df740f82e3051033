package org.zimage.web.body;

import jakarta.enterprise.context.control.RequestContextController;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.zimage.web.error.ErrorPage;

/**
 * Waits for bodies without a thread: JAX-RS reads with one, and a few hundred callers who send slowly would hold them all. A body
 * that came with its head, as nearly all do, goes on at once; of the others at most {@link #MOST_HELD} bytes are held, each for
 * at most {@link #LONGEST}. What is longer than any body may be goes on as it is, to be refused.
 *
 * <p>The server loses connections of HTTP/2, and those that are about to become one, when their bodies are waited for so
 * (Grizzly's Http2BaseFilter takes a connection for a stream). Those are read by a thread, {@value #MOST_READ} at a time
 * at most. Thread-safe.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true, dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.ASYNC})
public class BodyFilter extends HttpFilter {
  static final Duration LONGEST = Duration.ofSeconds(30);
  static final long MOST_HELD = 64L << 20;
  private static final int MOST_READ = 64;

  private static final long serialVersionUID = 1L;

  private final transient AtomicLong held = new AtomicLong();
  private final transient AtomicInteger read = new AtomicInteger();

  @Inject
  private transient Instance<RequestContextController> requestContexts;

  @Override
  protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request.getDispatcherType() == DispatcherType.ASYNC) {
      goOn(request, response, chain);
    } else if (isComplete(request)) {
      chain.doFilter(request, response);
    } else if (isHttp2(request)) {
      readByThread(request, response, chain);
    } else {
      await(request, response);
    }
  }

  private static boolean isHttp2(HttpServletRequest request) {
    return request.getHeader("Upgrade") != null || !request.getProtocol().startsWith("HTTP/1");
  }

  private void readByThread(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    try {
      if (read.incrementAndGet() > MOST_READ) {
        ErrorPage.answer(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      } else {
        chain.doFilter(request, response);
      }
    } finally {
      read.decrementAndGet();
    }
  }

  /** On a thread of the server's on which it has not begun a request's scope. */
  private void goOn(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    RequestContextController scope = requestContexts.get();
    scope.activate();
    try {
      chain.doFilter(request, response);
    } finally {
      scope.deactivate();
    }
  }

  private void await(HttpServletRequest request, HttpServletResponse response) throws IOException {
    ArrivedRequest arrived = new ArrivedRequest(request);
    AsyncContext waiting = request.startAsync(arrived, response);
    waiting.setTimeout(LONGEST.toMillis());
    ArrivingBody body = new ArrivingBody(waiting, arrived, held);
    waiting.addListener(body);
    request.getInputStream().setReadListener(body);
  }

  /** Without a length there is no telling whether a body is complete; of requests without one it is 0 or not said. */
  private static boolean isComplete(HttpServletRequest request) throws IOException {
    if (request.getHeader("Transfer-Encoding") != null) {
      return false;
    }
    long length = request.getContentLengthLong();
    return length <= 0 || request.getInputStream().available() >= length;
  }
}
