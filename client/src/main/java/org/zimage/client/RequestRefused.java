package org.zimage.client;

/** The server answered with an error. */
public class RequestRefused extends ZImageClientException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String detail;

  RequestRefused(int status, String detail, Throwable cause) {
    super(status + ": " + detail, cause);
    this.status = status;
    this.detail = detail;
  }

  /** The status of HTTP: 401 no key, 403 not allowed, 404 not there, 422 a wrong field, 429 too many, 503 try later … */
  public int status() {
    return status;
  }

  /** What the server says about it: a sentence, or for 422 a JSON list of {@code {"type","loc","msg","input"}}. */
  public String detail() {
    return detail;
  }
}
