package org.zimage.web.body;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/** Gathers a body while it arrives, and then lets its request go on. The server calls it by one thread at a time. */
final class ArrivingBody implements ReadListener, AsyncListener {
  private static final long PAUSE_NANOS = 100_000;

  private final AsyncContext waiting;
  private final ArrivedRequest request;
  private final Thread first = Thread.currentThread();
  private boolean over;

  /** On the thread that handles the request first. */
  ArrivingBody(AsyncContext waiting, ArrivedRequest request) {
    this.waiting = waiting;
    this.request = request;
  }

  @Override
  public synchronized void onDataAvailable() throws IOException {
    ServletInputStream in = (ServletInputStream) request.getRequest().getInputStream();
    byte[] chunk = new byte[ArrivedRequest.CHUNK_BYTES];
    while (!over && in.isReady()) {
      int read = in.read(chunk);
      if (read < 0) {
        return;
      }
      if (!request.add(chunk, read)) {
        refuse(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      } else if (request.isTooLong()) {
        goOn();
      }
    }
  }

  @Override
  public synchronized void onAllDataRead() {
    goOn();
  }

  /** The caller has left, or was sent away. */
  @Override
  public synchronized void onError(Throwable failure) {
    if (!over) {
      over = true;
      waiting.complete();
    }
  }

  @Override
  public synchronized void onTimeout(AsyncEvent event) {
    if (!over) {
      over = true;
      // The server answers with 500 unless the request goes on
      request.setAttribute(BodyFilter.REFUSED, HttpServletResponse.SC_REQUEST_TIMEOUT);
      waiting.dispatch();
    }
  }

  private void goOn() {
    if (!over) {
      over = true;
      if (Thread.currentThread() == first) {
        waiting.dispatch();
      } else {
        waiting.start(this::dispatchWhenFirstThreadHasLeft);
      }
    }
  }

  /**
   * The server forgets a dispatch that another thread asks for in the very moment in which the first thread leaves the
   * request (Catalina's AsyncContextImpl.onExitService). Once it leaves, the timeout can be set no more.
   */
  private void dispatchWhenFirstThreadHasLeft() {
    boolean leaves = false;
    while (!leaves) {
      try {
        waiting.setTimeout(request.limit().longest().toMillis());
      } catch (IllegalStateException leaving) {
        leaves = true;
      }
      // Once more when it leaves: it has a few instructions to go until a dispatch is safe
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    waiting.dispatch();
  }

  private void refuse(int status) throws IOException {
    if (!over && !request.isClosed()) {
      over = true;
      BodyFilter.refuse((HttpServletResponse) waiting.getResponse(), status);
      waiting.complete();
    }
  }

  /** Of an answer whose route was not asked, or was and answered before it returned. */
  @Override
  public void onComplete(AsyncEvent event) throws IOException {
    request.close();
  }

  @Override
  public void onError(AsyncEvent event) { }

  @Override
  public void onStartAsync(AsyncEvent event) { }
}
