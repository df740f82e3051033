package org.zimage.cli;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.check.CheckCommand;
import org.zimage.cli.credentials.CredentialsCommand;
import org.zimage.cli.model.DrawCommand;
import org.zimage.cli.model.ExportCommand;
import org.zimage.cli.model.LoraCheckCommand;
import picocli.CommandLine;

/**
 * The commands that use the model on this machine. The single archive for other machines does not contain the model's libraries,
 * and so lacks these commands.
 */
final class ModelCommands {
  private static final String OF_ADAPTERS = "lora";
  private static final List<String> NAMES = List.of("export", "draw", OF_ADAPTERS + " check", "check", "credentials");
  private static final Logger ROOT = Logger.getLogger("");

  private ModelCommands() { }

  static boolean arePresent() {
    try {
      Class.forName("org.zimage.pipeline.ZImageModel", false, ModelCommands.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  static boolean areMeant(String... arguments) {
    return NAMES.contains(meant(arguments));
  }

  /** The command by its full name. */
  static String meant(String... arguments) {
    boolean isOfAdapters = arguments.length > 1 && arguments[0].equals(OF_ADAPTERS);
    return String.join(" ", List.of(arguments).subList(0, isOfAdapters ? 2 : Math.min(1, arguments.length)));
  }

  static void addTo(CommandLine commandLine) {
    commandLine.addSubcommand(new ExportCommand()).addSubcommand(new DrawCommand()).addSubcommand(new CheckCommand())
        .addSubcommand(new CredentialsCommand());
    commandLine.getSubcommands().get(OF_ADAPTERS).addSubcommand(new LoraCheckCommand());
  }

  /** Hides what the libraries log of every file that they find. */
  static void quietLibraries() {
    ROOT.setLevel(Level.WARNING);
  }
}
