package org.zimage.tests.caller;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** What came back. */
public record Answer(int status, HttpHeaders headers, byte[] bytes) {

  public static Answer of(HttpResponse<byte[]> response) {
    return new Answer(response.statusCode(), response.headers(), response.body());
  }

  public String body() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Status and body in one line, as the contract's tables have them. */
  public String line() {
    return status + " " + body();
  }

  public String header(String name) {
    return headers.firstValue(name).orElse(null);
  }

  public JsonObject json() {
    try (JsonReader reader = Json.createReader(new StringReader(body()))) {
      return reader.readObject();
    }
  }

  @Override
  public String toString() {
    return line();
  }
}
