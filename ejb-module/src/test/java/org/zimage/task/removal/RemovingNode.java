package org.zimage.task.removal;

import jakarta.enterprise.inject.spi.CDI;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.zimage.image.DiskStore;
import org.zimage.image.S3Store;
import org.zimage.platform.Platform;
import org.zimage.platform.S3Server;
import org.zimage.progress.ProgressStore;
import org.zimage.settings.Authorities;
import org.zimage.settings.S3Settings;

/** A process that removes what has ended, as a node does, until somebody kills it. */
final class RemovingNode {
  private static final long PAUSE_MILLIS = 50;

  private RemovingNode() { }

  /** @param arguments the addresses of the database, of Redis and of the S3 store */
  public static void main(String[] arguments) throws Exception {
    Platform.join(arguments[0], URI.create(arguments[1]));
    try (S3Store store = store(URI.create(arguments[2]), Path.of("nothing"))) {
      Ends ends = Platform.bean(Ends.class);
      FileRemoval files = new FileRemoval(Platform.bean(Removals.class), store, Platform.bean(ProgressStore.class),
          CDI.current().getBeanManager().getEvent().select(PicturesRemoved.class));
      while (true) {
        ends.run();
        files.run();
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    }
  }

  static S3Store store(URI endpoint, Path older) {
    return new S3Store(new S3Settings(endpoint, "us-east-1", S3Server.ACCESS_KEY, S3Server.SECRET_KEY, S3Server.BUCKET, ""),
        Authorities.OF_JAVA, new DiskStore(older));
  }

  static Process start(URI store, Path log) throws IOException {
    return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-Xmx256m",
        "-cp", System.getProperty("java.class.path"), RemovingNode.class.getName(), Platform.jdbcUrl(), Platform.redisUrl().toString(),
        store.toString()).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
  }
}
