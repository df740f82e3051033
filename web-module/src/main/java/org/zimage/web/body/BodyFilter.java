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
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.zimage.web.access.Origins;
import org.zimage.web.access.PublicAddress;
import org.zimage.web.error.ErrorPage;
import org.zimage.web.writing.ServerConnection;

/**
 * Waits for bodies that did not come with their heads, each for as long as its {@link BodyLimit} says: a thread reads them,
 * of {@value #MOST_READ} at the same time at most. A few hundred callers who send slowly would hold all threads, so those
 * beyond are waited for without one. Of all bodies no more is held than {@link HeldBytes} has room for. What is longer than its
 * limit goes on, to be refused.
 *
 * <p>A request that offers to change the protocol, as Java's client does with HTTP/2, is answered by the one it came with. The
 * server does not look for the end of its body, so that it is read here, and ends the connection behind its answer. Thread-safe.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true, dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.ASYNC})
public class BodyFilter extends HttpFilter {
  private static final int MOST_READ = 32;
  private static final String ARRIVED = ArrivedRequest.class.getName();
  /** The status with which a request is refused that goes on. */
  static final String REFUSED = ArrivingBody.class.getName();

  private final transient HeldBytes held = new HeldBytes();
  private final transient AtomicInteger reading = new AtomicInteger();

  @Inject
  private transient BodyLimits limits;

  @Inject
  private transient Origins origins;

  @Inject
  private transient Instance<RequestContextController> requestContexts;

  @Inject
  private transient PublicAddress address;

  @Override
  protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (isUpgrade(request)) {
      // The server does so without a word
      response.setHeader("Connection", "close");
    }
    if (request.getDispatcherType() == DispatcherType.ASYNC) {
      goOnElsewhere(request, response, chain);
    } else if (!hasKnownEnd(request)) {
      refuse(response, HttpServletResponse.SC_BAD_REQUEST);
    } else {
      goOnHere(request, response, chain);
    }
  }

  private void goOnHere(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    address.isOf(request);
    if (!isComplete(request)) {
      takeIn(request, response, chain);
    } else if (isUpgrade(request)) {
      takeUpgradeIn(request, response, chain);
    } else {
      chain.doFilter(request, response);
    }
  }

  /**
   * Whether the server and every proxy before it agree where the body ends (RFC 9112, section 6.3). The server reads no body
   * in a coding that it does not know, and would take its bytes for the next request.
   */
  private static boolean hasKnownEnd(HttpServletRequest request) {
    List<String> codings = Collections.list(request.getHeaders("Transfer-Encoding"));
    return codings.isEmpty() || codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked");
  }

  static boolean isUpgrade(HttpServletRequest request) {
    return request.getHeader("Upgrade") != null;
  }

  private void takeUpgradeIn(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    try (ArrivedRequest arrived = arriving(request)) {
      arrived.read();
      goOn(arrived, response, chain);
    }
  }

  private ArrivedRequest arriving(HttpServletRequest request) {
    return new ArrivedRequest(request, limits.of(request), held.new Share(origins.of(request).address()));
  }

  private void takeIn(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    ArrivedRequest arrived = arriving(request);
    boolean waitsForMore = false;
    try {
      ArrivedRequest.Outcome outcome;
      try {
        if (reading.incrementAndGet() > MOST_READ) {
          waitsForMore = await(request, arrived, response);
          return;
        }
        outcome = arrived.read();
      } finally {
        reading.decrementAndGet();
      }
      switch (outcome) {
        case HERE -> goOn(arrived, response, chain);
        case LATE -> refuse(response, HttpServletResponse.SC_REQUEST_TIMEOUT);
        case NO_ROOM -> refuse(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      }
    } finally {
      if (!waitsForMore) {
        arrived.close();
      }
    }
  }

  /** Routes read a body before they return, also those whose answers come later. */
  private static void goOn(ArrivedRequest arrived, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (arrived.isTooLong() && arrived.limit().rule() != null) {
      arrived.setAttribute(TooLongBodyFilter.LIMIT, arrived.limit());
    }
    chain.doFilter(arrived, response);
  }

  static void refuse(HttpServletResponse response, int status) throws IOException {
    // The rest of the body would be taken for the next request
    response.setHeader("Connection", "close");
    ErrorPage.answer(response, status);
  }

  /** On a thread of the server's on which it has not begun a request's scope. */
  private void goOnElsewhere(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    RequestContextController scope = requestContexts.get();
    scope.activate();
    try {
      address.isOf(request);
      if (request.getAttribute(REFUSED) instanceof Integer status) {
        refuse(response, status);
      } else if (!(request.getAttribute(ARRIVED) instanceof ArrivedRequest arrived) || arrived.serve()) {
        chain.doFilter(request, response);
      }
    } finally {
      scope.deactivate();
      if (request.getAttribute(ARRIVED) instanceof ArrivedRequest arrived) {
        // Nobody hears of the end of an answer that comes later: the server forgets the listeners when a route begins one
        arrived.close();
      }
    }
  }

  /** @return whether somebody else closes the request */
  private static boolean await(HttpServletRequest request, ArrivedRequest arrived, HttpServletResponse response)
      throws IOException {
    if (isUpgrade(request)) {
      refuse(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      return false;
    }
    request.setAttribute(ARRIVED, arrived);
    AsyncContext waiting = request.startAsync(arrived, response);
    waiting.setTimeout(arrived.limit().longest().toMillis());
    ArrivingBody body = new ArrivingBody(waiting, arrived);
    waiting.addListener(body);
    arrived.endWith(ServerConnection.of(request));
    request.getInputStream().setReadListener(body);
    return true;
  }

  /**
   * Without a length there is no telling whether a body is complete; of requests without one it is 0 or not said. The
   * server never hands out the body of TRACE, which {@link org.zimage.web.access.TraceFilter} refuses.
   */
  private static boolean isComplete(HttpServletRequest request) throws IOException {
    if (request.getMethod().equals("TRACE")) {
      return true;
    }
    if (request.getHeader("Transfer-Encoding") != null) {
      return false;
    }
    long length = request.getContentLengthLong();
    return length <= 0 || request.getInputStream().available() >= length;
  }
}
