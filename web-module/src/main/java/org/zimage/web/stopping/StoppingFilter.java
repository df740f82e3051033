package org.zimage.web.stopping;

import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.zimage.web.error.ErrorPage;
import org.zimage.web.writing.ServerConnection;

/**
 * Refuses new requests while this node stops, and counts the others until they are answered. Stands in web.xml, before all that may
 * answer later. Thread-safe.
 */
public class StoppingFilter extends HttpFilter {
  private static final String ATTRIBUTE = StoppingFilter.class.getName();
  /** Another node answers at once, a restarted one after some seconds. */
  private static final int RETRY_SECONDS = 5;

  @Inject
  private transient OpenRequests requests;

  @Override
  protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request.getAttribute(ATTRIBUTE) instanceof Answering begun) {
      chain.doFilter(new Counted(request, begun), response);
    } else if (requests.begin()) {
      Answering answering = new Answering(requests);
      request.setAttribute(ATTRIBUTE, answering);
      try {
        chain.doFilter(new Counted(request, answering), response);
      } finally {
        answering.returned();
      }
    } else {
      response.setHeader("Connection", "close");
      response.setIntHeader("Retry-After", RETRY_SECONDS);
      ErrorPage.answer(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    }
  }

  /** Ends when the request's method returns, or later when the answer goes on asynchronously. */
  private static final class Answering implements AsyncListener {
    private final OpenRequests requests;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean asynchronous;
    /** Takes back that the end of the connection ends it. */
    private volatile Runnable unlisten;

    Answering(OpenRequests requests) {
      this.requests = requests;
    }

    AsyncContext in(AsyncContext context) {
      asynchronous = true;
      context.addListener(this);
      if (unlisten == null) {
        unlisten = ServerConnection.of(context.getRequest()).whenClosed(this::end);
      }
      return context;
    }

    void returned() {
      if (!asynchronous) {
        end();
      }
    }

    private void end() {
      if (ended.compareAndSet(false, true)) {
        requests.end();
        if (unlisten != null) {
          unlisten.run();
        }
      }
    }

    @Override
    public void onComplete(AsyncEvent event) {
      end();
    }

    @Override
    public void onError(AsyncEvent event) {
      end();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      // It is completed then
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
      // The request has listened to the new context
    }
  }

  private static final class Counted extends HttpServletRequestWrapper {
    private final Answering answering;

    Counted(HttpServletRequest request, Answering answering) {
      super(request);
      this.answering = answering;
    }

    @Override
    public AsyncContext startAsync() {
      return answering.in(super.startAsync());
    }

    @Override
    public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
      return answering.in(super.startAsync(request, response));
    }
  }
}
