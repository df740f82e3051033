package org.zimage.check;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The ports that {@code ./zimage up} would listen on.
 *
 * @param home where a system that runs already says so
 */
record ListeningPorts(Map<String, String> environment, Path home) {
  private static final Map<String, String> USUAL = Map.of("ZIMAGE_PORT", "8000", "ZIMAGE_ARTEMIS_PORT", "61616");

  List<Finding> findings() {
    return List.of(finding("ZIMAGE_HOST", "ZIMAGE_PORT", "port of HTTP"),
        finding("ZIMAGE_ARTEMIS_HOST", "ZIMAGE_ARTEMIS_PORT", "port of the broker"));
  }

  private Finding finding(String hostVariable, String portVariable, String subject) {
    String host = environment.getOrDefault(hostVariable, "127.0.0.1");
    String port = environment.getOrDefault(portVariable, USUAL.get(portVariable));
    if (port.equals("0")) {
      return Finding.well(subject, "any free one");
    }
    if (isOfTheRunningSystem(port)) {
      return Finding.well(subject, port + " is listened on by the system that runs here");
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(port)));
      return Finding.well(subject, port + " on " + host + " is free");
    } catch (IOException | IllegalArgumentException taken) {
      return Finding.wrong(subject, port + " on " + host + " cannot be listened on: " + taken.getMessage(),
          "stop what uses it, or set " + portVariable + " to another port, 0 for any");
    }
  }

  private boolean isOfTheRunningSystem(String port) {
    try (JsonReader state = Json.createReader(Files.newInputStream(home.resolve("run/state.json")))) {
      JsonObject running = state.readObject();
      return port.equals(Integer.toString(URI.create(running.getString("url", "")).getPort()))
          || running.keySet().stream().filter(name -> name.endsWith("_port")).anyMatch(name -> port.equals(running.get(name).toString()));
    } catch (IOException | JsonException nothingRuns) {
      return false;
    }
  }
}
