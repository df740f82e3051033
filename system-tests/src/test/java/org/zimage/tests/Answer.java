package org.zimage.tests;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** What came back. */
record Answer(int status, HttpHeaders headers, byte[] bytes) {

  static Answer of(HttpResponse<byte[]> response) {
    return new Answer(response.statusCode(), response.headers(), response.body());
  }

  String body() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Status and body in one line, as the contract's tables have them. */
  String line() {
    return status + " " + body();
  }

  String header(String name) {
    return headers.firstValue(name).orElse(null);
  }

  JsonObject json() {
    try (JsonReader reader = Json.createReader(new StringReader(body()))) {
      return reader.readObject();
    }
  }

  @Override
  public String toString() {
    return line();
  }
}
