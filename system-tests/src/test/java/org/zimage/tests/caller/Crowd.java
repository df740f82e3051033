package org.zimage.tests.caller;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Many connections to one server, written by hand. Owns them until it is closed. Not for several threads. */
public final class Crowd implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  private final List<Socket> connections = new ArrayList<>();

  private Crowd() { }

  /**
   * Opens the connections, one after the other.
   *
   * @param url the server's address
   * @param greeting what each of them sends first
   */
  public static Crowd connect(String url, int size, String greeting) throws IOException {
    URI server = URI.create(url);
    Crowd crowd = new Crowd();
    for (int i = 0; i < size; i++) {
      Socket connection = new Socket(server.getHost(), server.getPort());
      connection.setSoTimeout(PATIENCE_MILLIS);
      crowd.connections.add(connection);
      send(connection, greeting);
    }
    return crowd;
  }

  /** Sends something on every connection; those that the server has ended get nothing. */
  public void send(String text) {
    for (Socket connection : connections) {
      try {
        send(connection, text);
      } catch (IOException ended) {
        // What the server answered before it is still there to be read
        continue;
      }
    }
  }

  private static void send(Socket connection, String text) throws IOException {
    connection.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    connection.getOutputStream().flush();
  }

  /** What the server sent on each connection until it ended it. */
  public List<String> answers() {
    return connections.stream().map(Crowd::answer).toList();
  }

  private static String answer(Socket connection) {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try {
      connection.getInputStream().transferTo(answer);
    } catch (IOException reset) {
      // A server may end a connection whose sender has not finished in no other way
      return answer.toString(StandardCharsets.UTF_8);
    }
    return answer.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    for (Socket connection : connections) {
      connection.close();
    }
  }
}
