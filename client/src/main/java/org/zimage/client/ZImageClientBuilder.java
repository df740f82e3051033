package org.zimage.client;

import jakarta.ws.rs.client.ClientBuilder;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.zimage.client.trust.TrustedAuthorities;

/** What a {@link ZImageClient} is made from. */
public final class ZImageClientBuilder {
  private final URI baseUrl;
  private String key;
  private ClientBuilder http = ClientBuilder.newBuilder();
  private SSLContext tls;
  private Duration connectTimeout = Duration.ofSeconds(5);
  private Duration readTimeout = Duration.ofSeconds(30);
  private Duration startTimeout = Duration.ZERO;
  private Duration retryTimeout = Duration.ofMinutes(2);
  private Consumer<ZImageClientException> away = failure -> { };
  private Duration waitTimeout = Duration.ofMinutes(10);
  private ThreadFactory threads = ZImageClientBuilder::daemon;

  ZImageClientBuilder(String baseUrl) {
    this.baseUrl = address(baseUrl);
  }

  private static URI address(String text) {
    try {
      URI address = new URI(text);
      if (address.getHost() != null && List.of("http", "https").contains(address.getScheme())) {
        return address;
      }
    } catch (URISyntaxException e) {
      // The same answer as for an address of another kind
    }
    throw new IllegalArgumentException("The server's address must be http://host[:port] or https://host[:port] (got "
        + text + ")");
  }

  /**
   * The API key to call with; none by default, nor with null. Blanks and line ends around it do not count.
   *
   * @throws IllegalArgumentException when no header can carry it; the message does not repeat the key
   */
  public ZImageClientBuilder key(String apiKey) {
    String stripped = apiKey == null ? null : apiKey.strip();
    if (stripped != null && !stripped.chars().allMatch(character -> character >= ' ' && character <= '~')) {
      throw new IllegalArgumentException("The API key (of the command line: ZIMAGE_KEY or --key) must be one line of"
          + " ASCII characters");
    }
    key = stripped;
    return this;
  }

  /** How long to wait for a connection; 5 seconds by default. */
  public ZImageClientBuilder connectTimeout(Duration timeout) {
    connectTimeout = timeout;
    return this;
  }

  /** How long to wait for an answer; 30 seconds by default. Tasks may take longer: see {@link #waitTimeout}. */
  public ZImageClientBuilder readTimeout(Duration timeout) {
    readTimeout = timeout;
    return this;
  }

  /**
   * How long to wait for a server that this client has not reached yet, because nothing listens at its address; not at
   * all by default, since the address may be wrong.
   */
  public ZImageClientBuilder startTimeout(Duration timeout) {
    startTimeout = timeout;
    return this;
  }

  /**
   * How long a call is repeated. It is repeated when its answer was lost, when the server cannot handle it at the moment (502, 503,
   * 504), when an application server answers before Z-Image is started in it, and when a server that was reached before is away. A
   * server may be away as long while a task is waited for. 2 minutes by default, as a restart takes at most; zero for never.
   */
  public ZImageClientBuilder retryTimeout(Duration timeout) {
    retryTimeout = timeout;
    return this;
  }

  /**
   * Calls the listener with the reason why a call is repeated: once for each such call, in the calling thread. There is no listener
   * by default.
   */
  public ZImageClientBuilder whenAway(Consumer<ZImageClientException> listener) {
    away = listener;
    return this;
  }

  /** How long to wait for tasks, where no other time is given; 10 minutes by default. */
  public ZImageClientBuilder waitTimeout(Duration timeout) {
    waitTimeout = timeout;
    return this;
  }

  /**
   * Makes the threads, one for every task that is waited for, at most eight a call; daemon threads by default. Inside
   * a Jakarta EE server, give its {@code ManagedThreadFactory}.
   */
  public ZImageClientBuilder threads(ThreadFactory factory) {
    threads = factory;
    return this;
  }

  /**
   * Authorities of one's own that may certify the server, beside those that this Java trusts. The file is read now. It wins over an
   * {@code sslContext} of {@link #http}.
   *
   * @param file their certificates in PEM
   * @throws IllegalArgumentException when the file is not there, cannot be read or holds no certificate
   */
  public ZImageClientBuilder authorities(Path file) {
    tls = TrustedAuthorities.besideThoseOfJava(file);
    return this;
  }

  /** The JAX-RS client to build on, for certificates, proxies, or logging of one's own. */
  public ZImageClientBuilder http(ClientBuilder clients) {
    http = clients;
    return this;
  }

  /** The client; nothing is sent yet. */
  public ZImageClient open() {
    if (tls != null) {
      http.sslContext(tls);
    }
    http.connectTimeout(connectTimeout.toMillis(), TimeUnit.MILLISECONDS)
        .readTimeout(readTimeout.toMillis(), TimeUnit.MILLISECONDS)
        // Of Jersey; others ignore them. Redirects would send the key wherever they point to
        .property("jersey.config.client.followRedirects", false)
        .property("jersey.config.disableDefaultProvider", "ALL");
    Connection.Patience patience = new Connection.Patience(startTimeout, retryTimeout, away);
    return new ZImageClient(new Connection(http.build(), baseUrl, key, patience), waitTimeout, threads);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "zimage-client-events");
    thread.setDaemon(true);
    return thread;
  }
}
