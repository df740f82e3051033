package org.zimage.launcher;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code run/state.json}: which processes belong to this home and where they listen. Written whole each time something
 * changes, so that a later launcher finds what an earlier one left behind, however it ended.
 */
final class RunState {
  private final Path file;
  private final Map<String, Long> processes = new LinkedHashMap<>();
  private final Map<String, Long> ports = new LinkedHashMap<>();
  private String url;

  private RunState(Path file) {
    this.file = file;
  }

  static RunState startingIn(Home home) {
    RunState state = new RunState(home.run().resolve("state.json"));
    state.processes.put("launcher", ProcessHandle.current().pid());
    return state;
  }

  static Optional<JsonObject> read(Path home) {
    Path file = home.resolve("run/state.json");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (JsonReader reader = Json.createReader(Files.newInputStream(file))) {
      return Optional.of(reader.readObject());
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  synchronized void process(String name, long pid) {
    processes.put(name, pid);
    write();
  }

  synchronized void port(String name, long port) {
    ports.put(name, port);
    write();
  }

  /** The address of the running system; its presence says that everything is up. */
  synchronized void ready(String address) {
    url = address;
    write();
  }

  synchronized void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  private void write() {
    JsonObjectBuilder json = Json.createObjectBuilder();
    if (url != null) {
      json.add("url", url);
    }
    processes.forEach(json::add);
    ports.forEach((name, port) -> json.add(name + "_port", port));
    try {
      Path next = file.resolveSibling("state.json.next");
      Files.writeString(next, json.build().toString());
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }
}
