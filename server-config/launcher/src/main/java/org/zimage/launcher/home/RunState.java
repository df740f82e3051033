package org.zimage.launcher.home;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue.ValueType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * {@code run/state.json}: the processes of this home and their ports. Every change writes the whole file, so that a later launcher
 * finds the servers of an earlier one, however that ended.
 */
public final class RunState {
  private static final String BACKENDS = "backends.env";
  private static final String HTTPS = "https";
  private static final String MODEL = "_model";
  private static final String WORKER = "worker-";

  private final Path file;
  private final Path backends;
  private final Map<String, Long> processes = new LinkedHashMap<>();
  private final Map<String, Long> ports = new LinkedHashMap<>();
  private final Map<String, String> models = new LinkedHashMap<>();
  private String url;

  private RunState(Path file) {
    this.file = file;
    this.backends = file.resolveSibling(BACKENDS);
  }

  public static RunState startingIn(Home home) {
    RunState state = new RunState(home.run().resolve("state.json"));
    state.processes.put("launcher", ProcessHandle.current().pid());
    return state;
  }

  /** The file with the addresses of servers that run for other applications; empty when none do. */
  public static Optional<Path> backends(Path home) {
    return Optional.of(home.resolve("run").resolve(BACKENDS)).filter(Files::exists);
  }

  /** Reads the file. A damaged file counts as missing. */
  public static Optional<JsonObject> read(Path home) {
    Path file = home.resolve("run/state.json");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (JsonReader reader = Json.createReader(Files.newInputStream(file))) {
      JsonObject state = reader.readObject();
      if (state.containsKey("launcher") && state.entrySet().stream()
          .allMatch(entry -> entry.getValue().getValueType() == typeOf(entry.getKey()))) {
        return Optional.of(state);
      }
    } catch (JsonException damaged) {
      // Said below, as of what is no state
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
    System.err.println(file + " is damaged and taken for none: servers that a killed start left behind must be stopped by hand");
    return Optional.empty();
  }

  private static ValueType typeOf(String name) {
    return name.equals("url") || name.endsWith(MODEL) ? ValueType.STRING : ValueType.NUMBER;
  }

  public synchronized void process(String name, long pid) {
    processes.put(name, pid);
    write();
  }

  public synchronized void port(String name, long port) {
    ports.put(name, port);
    write();
  }

  /** The port that was recorded under this name. */
  public synchronized long port(String name) {
    return ports.get(name);
  }

  /** Records the model of a worker that has a process of its own. */
  public synchronized void model(String worker, String model) {
    models.put(worker, model);
    write();
  }

  /** The names of the workers that have processes of their own, in a state that was read. */
  public static List<String> workers(JsonObject state) {
    return state.keySet().stream().filter(name -> name.startsWith(WORKER) && state.get(name).getValueType() == ValueType.NUMBER
        && !name.endsWith("_port")).toList();
  }

  /** The model of such a worker. */
  public static String model(JsonObject state, String worker) {
    return state.getString(worker + MODEL, "?");
  }

  /**
   * Sets the address of the running system. The file has it only when everything is up.
   *
   * @param httpsPort 0 without HTTPS
   */
  public synchronized void ready(String address, int httpsPort) {
    url = address;
    if (httpsPort != 0) {
      ports.put(HTTPS, (long) httpsPort);
    }
    write();
  }

  /** The address of the running system, in a state that was read; empty until everything is up. */
  public static Optional<String> url(JsonObject state) {
    return Optional.ofNullable(state.getString("url", null));
  }

  /** The port of HTTPS, in a state that was read; 0 without HTTPS. */
  public static int httpsPort(JsonObject state) {
    return state.getInt(HTTPS + "_port", 0);
  }

  /**
   * Records that servers run for applications elsewhere.
   *
   * @param variables their addresses
   * @return the file that holds them, one {@code NAME=value} a line; only its owner may read it
   */
  public synchronized Path backends(Map<String, String> variables) {
    try {
      // Whoever waits for the file must not find half of it
      return PrivateFile.write(backends, variables.entrySet().stream()
          .map(entry -> entry.getKey() + "='" + entry.getValue() + "'\n").collect(Collectors.joining()));
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  public synchronized void delete() {
    try {
      Files.deleteIfExists(backends);
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
    models.forEach((name, model) -> json.add(name + MODEL, model));
    try {
      PrivateFile.write(file, json.build().toString());
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }
}
