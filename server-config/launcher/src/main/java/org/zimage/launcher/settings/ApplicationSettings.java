package org.zimage.launcher.settings;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.zimage.launcher.error.LauncherException;

/**
 * What the applications say of their settings, before they are deployed: their own classes are asked, out of the archive. Otherwise a
 * server would be stopped for settings with which it cannot start again.
 */
public final class ApplicationSettings {
  private static final String MODULE = "zimage-ejb-module.jar";
  private static final String SETTINGS = "org.zimage.settings.Settings";

  private ApplicationSettings() {}

  /**
   * @param applications the EAR
   * @throws LauncherException for the first value that is wrong
   */
  public static void check(Path applications, Map<String, String> environment) throws IOException {
    Path module = Files.createTempFile("zimage-settings-", ".jar");
    try {
      unpack(applications, module);
      read(module, environment);
    } finally {
      Files.delete(module);
    }
  }

  private static void unpack(Path applications, Path module) throws IOException {
    try (ZipFile archive = new ZipFile(applications.toFile())) {
      ZipEntry entry = archive.getEntry(MODULE);
      if (entry == null) {
        throw new FileNotFoundException(applications + " has no " + MODULE);
      }
      try (InputStream in = archive.getInputStream(entry)) {
        Files.copy(in, module, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static void read(Path module, Map<String, String> environment) throws IOException {
    URL[] path = {module.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(path, ApplicationSettings.class.getClassLoader())) {
      loader.loadClass(SETTINGS).getMethod("read", Map.class).invoke(null, environment);
    } catch (InvocationTargetException wrong) {
      throw new LauncherException(LauncherException.words(wrong.getCause()), wrong.getCause());
    } catch (ReflectiveOperationException cause) {
      throw new IllegalStateException(cause);
    }
  }
}
