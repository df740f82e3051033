package org.zimage.launcher.settings;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.zimage.launcher.error.LauncherException;

/**
 * A file of settings: {@code NAME=value} a line, and comments after {@code #}. Addresses need no quotes. Values that a shell would
 * change, such as {@code $HOME}, are refused, so that no value means one thing here and another there.
 */
public final class EnvironmentFile {
  private static final Pattern ASSIGNMENT = Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)");
  private static final Pattern VALUE =
      Pattern.compile("(?:'([^']*)'|\"([^\"\\\\$`]*)\"|((?!~)[^'\"\\\\$`]*?))(?:\\s+#.*)?");
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private EnvironmentFile() {}

  /** @throws LauncherException for a file that cannot be read, and for the first line that is wrong, by its number */
  public static Map<String, String> read(Path file) {
    Map<String, String> variables = new TreeMap<>();
    int number = 0;
    for (String text : lines(file)) {
      number++;
      String line = text.replace(BYTE_ORDER_MARK, "").strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        Matcher assignment = ASSIGNMENT.matcher(line);
        // The line is not shown: it may hold a password
        if (!assignment.matches()) {
          throw new LauncherException("Line " + number + " of " + file + " is no setting: write NAME=value");
        }
        variables.put(assignment.group(1), value(assignment.group(2), assignment.group(1) + " in line " + number + " of " + file));
      }
    }
    return variables;
  }

  private static String value(String text, String place) {
    Matcher value = VALUE.matcher(text.strip());
    if (!value.matches()) {
      throw new LauncherException(place + " has one of ' \" \\ $ ` or a ~ at its beginning, of which nothing is made here: write the "
          + "value itself between 'single quotes', or into a file of its own (NAME_FILE) where it is a secret");
    }
    return value.group(1) != null ? value.group(1) : value.group(2) != null ? value.group(2) : value.group(3);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (CharacterCodingException cause) {
      throw new LauncherException(file + " is not UTF-8: save it as UTF-8", cause);
    } catch (IOException cause) {
      throw new LauncherException(file + " cannot be read (" + cause + ")", cause);
    }
  }
}
