package org.zimage.launcher.payara;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.zimage.launcher.error.LauncherException;
import org.zimage.launcher.home.Folders;
import org.zimage.launcher.home.Home;
import org.zimage.launcher.product.Distribution;
import org.zimage.launcher.product.Fingerprint;
import org.zimage.launcher.product.Java;

/**
 * Payara Micro, unpacked once for all homes. Its jar holds its libraries inside of itself, behind a class loader whose classes no
 * archive can hold. On a plain class path they start in two thirds of the time.
 */
public record UnpackedServer(Path folder) {
  /** Changed whenever something else is made of the same server. */
  private static final String FORMAT = "with fast keys\n";
  private static final List<String> INSTANCE_FOLDERS = List.of("META-INF", "config", "docroot", "lib");

  public static UnpackedServer of(Distribution distribution, Home home) throws IOException, InterruptedException {
    Path jar = distribution.payara().resolve("payara-micro.jar");
    Path folder = distribution.nativeCache(home.root()).resolve("payara");
    Path unpackedFrom = folder.resolve("unpacked-from");
    String fingerprint = FORMAT + Fingerprint.of(distribution.payara(), List.of(jar));
    Files.createDirectories(folder.getParent());
    // Nodes may start at the same time. The second must not replace the files that the first runs from
    try (FileChannel channel = FileChannel.open(folder.resolveSibling("payara.lock"), CREATE, WRITE);
        FileLock held = channel.lock()) {
      if (!Fingerprint.isIn(unpackedFrom, fingerprint)) {
        Path fresh = Files.createTempDirectory(folder.getParent(), "payara-");
        unpack(jar, fresh, home);
        Files.writeString(fresh.resolve(unpackedFrom.getFileName()), fingerprint);
        Folders.delete(folder);
        Files.move(fresh, folder);
      }
    }
    return new UnpackedServer(folder);
  }

  private static void unpack(Path jar, Path folder, Home home) throws IOException, InterruptedException {
    Path log = home.log("unpack");
    Process process = new ProcessBuilder(Java.executable(), "-jar", jar.toString(),
        "--rootdir", folder.toString(), "--outputlauncher")
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
    if (process.waitFor() != 0) {
      throw new LauncherException("Payara Micro could not be unpacked: see " + log);
    }
    ServerKeyStores.openFast(folder.resolve("config"));
  }

  private Path launcherJar() {
    return folder.resolve("launch-micro.jar");
  }

  /** The server's own libraries, which {@code launch-micro.jar} names in its manifest. Jakarta EE's come first. */
  List<Path> classPath() throws IOException {
    List<Path> classPath = new ArrayList<>();
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder.resolve("runtime"), "jakarta.*.jar")) {
      jars.forEach(classPath::add);
    }
    Collections.sort(classPath);
    classPath.add(launcherJar());
    return classPath;
  }

  /** The options that {@code java -jar} would read from the manifest, and those that the server expects of its own launcher. */
  List<String> options() throws IOException {
    List<String> options = new ArrayList<>();
    try (JarFile jar = new JarFile(launcherJar().toFile())) {
      Attributes manifest = jar.getManifest().getMainAttributes();
      addEach(options, "--add-exports=", manifest.getValue("Add-Exports"));
      addEach(options, "--add-opens=", manifest.getValue("Add-Opens"));
    }
    options.add("-Dfish.payara.micro.BootJar=" + launcherJar().toUri());
    options.add("-Dfish.payara.micro.UnpackDir=" + folder);
    return options;
  }

  private static void addEach(List<String> options, String option, String packages) {
    for (String name : packages.trim().split("\\s+")) {
      options.add(option + name + "=ALL-UNNAMED");
    }
  }

  String mainClass() {
    return "fish.payara.micro.impl.PayaraMicroImpl";
  }

  /** Makes the folder of one server: a copy of the configuration, which the server changes, and the place for its deployments. */
  public void makeInstance(Path instance) throws IOException {
    Folders.delete(instance);
    for (String name : INSTANCE_FOLDERS) {
      Path source = folder.resolve(name);
      if (Files.exists(source)) {
        copy(source, instance.resolve(name));
      }
    }
  }

  private static void copy(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path copy = target.resolve(source.relativize(file).toString());
        Files.createDirectories(Files.isDirectory(file) ? copy : copy.getParent());
        if (Files.isRegularFile(file)) {
          Files.copy(file, copy);
        }
      }
    }
  }
}
