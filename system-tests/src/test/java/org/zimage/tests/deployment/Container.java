package org.zimage.tests.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.zimage.architecture.LeftOut;

/**
 * A program as a container engine would run it: user 10001, no capability and no way to get one, a root file system of its own that
 * cannot be written, with the distribution and its user's folder where the image has them. The kernel does the rest of what an engine
 * asks of it, too; what is missing is the image itself, and a network of its own. Owns its process until it is closed.
 */
record Container(Process process, Path log) implements AutoCloseable {
  static final int USER = 10001;

  /**
   * Everything that is mounted is gone with the process. The arguments: the new root, the distribution, a list of users, the number of
   * folders to mount with each folder, its place and "ro" or "rw", and the command.
   */
  private static final String SCRIPT = """
      set -eu
      root=$1 distribution=$2 users=$3 folders=$4
      shift 4
      mount --make-rprivate /
      mount -t tmpfs -o mode=755 container "$root"
      for folder in usr etc dev proc sys; do
        mkdir "$root/$folder" && mount --rbind "/$folder" "$root/$folder"
      done
      for link in bin sbin lib lib64; do
        [ ! -L "/$link" ] || cp -P "/$link" "$root/$link"
      done
      mount --bind "$users" "$root/etc/passwd"
      mkdir "$root/tmp" "$root/opt" "$root/opt/zimage" "$root/var" "$root/run" "$root/run/secrets"
      mount -t tmpfs -o mode=1777 temporary "$root/tmp"
      mount --bind "$distribution" "$root/opt/zimage"
      mount -o remount,bind,ro "$root/opt/zimage"
      while [ "$folders" -gt 0 ]; do
        mkdir -p "$root$2" && mount --bind "$1" "$root$2" && mount -o "remount,bind,$3" "$root$2"
        shift 3
        folders=$((folders - 1))
      done
      mount -o remount,bind,ro "$root/etc"
      mount -o remount,bind,ro "$root/usr"
      mount -o remount,ro "$root"
      exec chroot "$root" setpriv --reuid=10001 --regid=10001 --clear-groups --no-new-privs \\
        --bounding-set=-all --inh-caps=-all --ambient-caps=-all "$@"
      """;

  /** A folder of the machine, and where the container has it. */
  record Mount(Path folder, String place, boolean writable) { }

  /**
   * Starts a command; the test is left out where this may not be done.
   *
   * @param workplace an empty folder, which it may use for itself
   * @param environment all that the command knows, but for PATH
   */
  static Container run(Path workplace, List<Mount> mounts, Map<String, String> environment, List<String> command) throws IOException {
    LeftOut.unless(mayMount(), "no right to mount in a namespace of one's own (unshare --mount): nothing was run as in a container");
    Path users = Files.writeString(workplace.resolve("passwd"), "root:x:0:0::/root:/bin/sh\nzimage:x:10001:10001::/var/lib/zimage:/bin/sh\n");
    Path java = Path.of(System.getProperty("java.home"));
    List<Mount> all = new ArrayList<>(mounts);
    if (!java.startsWith("/usr")) {
      all.add(new Mount(java, java.toString(), false));
    }
    Path distribution = Path.of(System.getProperty("zimage.distribution")).toAbsolutePath().normalize();
    List<String> words = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", SCRIPT, "container",
        Files.createDirectory(workplace.resolve("root")).toString(), distribution.toString(), users.toString(),
        Integer.toString(all.size())));
    all.forEach(mount -> words.addAll(List.of(mount.folder().toString(), mount.place(), mount.writable() ? "rw" : "ro")));
    words.addAll(command);
    Path log = workplace.resolve("log");
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", java + "/bin:/usr/bin:/usr/sbin:/bin:/sbin");
    builder.environment().putAll(environment);
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new Container(process, log);
  }

  private static boolean mayMount() throws IOException {
    try {
      return new ProcessBuilder("unshare", "--mount", "mount", "--make-rprivate", "/").redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Waits for its end. */
  int exitValue(int minutes) throws InterruptedException, IOException {
    if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
      throw new IllegalStateException("It does not end:\n" + text());
    }
    return process.exitValue();
  }

  /** What it has printed so far. */
  String text() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
