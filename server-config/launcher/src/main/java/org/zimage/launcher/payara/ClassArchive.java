package org.zimage.launcher.payara;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.zimage.launcher.home.Home;
import org.zimage.launcher.product.Distribution;
import org.zimage.launcher.product.Fingerprint;
import org.zimage.launcher.product.Java;

/**
 * The archive of the server's classes, parsed and verified once and mapped by every later start (class data sharing, JEP 310). The
 * first start lists the classes it loads. When it is ready, a process of lowest priority makes the archive from the list. Nothing
 * depends on the archive: without it, or with one of another Java or another version, the server only starts more slowly. {@code
 * LocalSystem} owns and closes it. Used by one thread at a time.
 */
public final class ClassArchive implements AutoCloseable {
  private static final Pattern VERSIONED = Pattern.compile("META-INF/versions/\\d+/(.+)\\.class");
  private static final Pattern UNFINISHED = Pattern.compile("payara-classes-(\\d{1,18})\\.jsa");

  private final Path archive;
  private final Path list;
  private final Path madeFrom;
  private final List<Path> classPath;
  private final String fingerprint;
  private Process making;

  public ClassArchive(Distribution distribution, Home home, List<Path> classPath) throws IOException {
    Path folder = Files.createDirectories(distribution.nativeCache(home.root()));
    archive = folder.resolve("payara-classes.jsa");
    madeFrom = folder.resolve("payara-classes.source");
    // Of this home, since two homes may make their first start at the same time.
    list = home.run().resolve("payara-classes.list");
    this.classPath = classPath;
    fingerprint = Runtime.version() + "\n" + Fingerprint.of(distribution.root(), classPath);
  }

  private boolean isMade() throws IOException {
    return Files.isRegularFile(archive) && Fingerprint.isIn(madeFrom, fingerprint);
  }

  /** The JVM's options for a start: with the archive, or listing the classes for it where there is none. */
  public List<String> options() throws IOException {
    return isMade() ? optionsOfUse() : List.of("-XX:DumpLoadedClassList=" + list);
  }

  /** The JVM's options for a start that uses the archive, if there is one, and lists nothing. */
  public List<String> optionsOfUse() throws IOException {
    return isMade() ? List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto", "-Xlog:cds=off",
        "-Xlog:cds+dynamic=off")
        : List.of();
  }

  /** Makes the archive, if there is none, from the classes that the server has loaded by now. Returns at once. */
  public synchronized void makeInBackground(Home home) throws IOException {
    if (isMade() || making != null || !Files.isRegularFile(list)) {
      return;
    }
    deleteUnfinished();
    Path classes = list.resolveSibling("payara-classes.taken");
    Path fresh = archive.resolveSibling("payara-classes-" + ProcessHandle.current().pid() + ".jsa");
    // The server goes on writing to its list.
    Files.write(classes, archivable(Files.readAllLines(list)));
    List<String> command = new ArrayList<>(
        // Only this collector writes objects, such as strings, into an archive; the server's own can read them.
        List.of("nice", "-n", "19", Java.executable(), "-Xshare:dump", "-XX:+UseG1GC", "-XX:SharedClassListFile="
            + classes, "-XX:SharedArchiveFile=" + fresh,
        "-cp", classPath.stream().map(Path::toString).collect(Collectors.joining(":"))));
    making = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(home.log("classes").toFile())
        .start();
    making.onExit().thenAccept(ended -> keep(ended.exitValue() == 0, fresh));
  }

  /**
   * Leaves out classes that a jar has only for newer versions of Java. A JVM that takes such a class from an archive ends when it
   * is recorded or instrumented (OpenJDK 17 looks for the file among those for all versions).
   */
  private List<String> archivable(List<String> names) throws IOException {
    Set<String> newer = new HashSet<>();
    for (Path jar : classPath) {
      try (JarFile file = new JarFile(jar.toFile())) {
        file.stream().map(entry -> VERSIONED.matcher(entry.getName())).filter(Matcher::matches).map(name -> name.group(1))
            .filter(name -> file.getEntry(name + ".class") == null).forEach(newer::add);
      }
    }
    return names.stream().filter(line -> Stream.of(line.split(" ")).noneMatch(newer::contains)).toList();
  }

  /** Deletes the unfinished archives of launchers that were killed, each larger than a hundred megabytes. */
  private void deleteUnfinished() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(archive.getParent(), "payara-classes-*.jsa")) {
      for (Path file : files) {
        Matcher unfinished = UNFINISHED.matcher(file.getFileName().toString());
        if (unfinished.matches() && ProcessHandle.of(Long.parseLong(unfinished.group(1))).isEmpty()) {
          Files.delete(file);
        }
      }
    }
  }

  private void keep(boolean made, Path fresh) {
    try {
      if (made) {
        Files.deleteIfExists(madeFrom);
        Files.move(fresh, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(madeFrom, fingerprint);
      } else {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException cause) {
      System.err.println("The server's classes could not be archived; it will start as slowly again: " + cause);
    }
  }

  /** Ends the process that makes the archive, if it still runs. The next start begins anew. */
  @Override
  public synchronized void close() throws InterruptedException {
    if (making != null && making.isAlive()) {
      making.destroy();
      making.waitFor();
    }
  }
}
