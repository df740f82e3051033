package org.zimage.cli.argument;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.zimage.api.lora.Lora;
import picocli.CommandLine.TypeConversionException;

/**
 * An adapter as an option names it: {@code NAME} or {@code NAME:STRENGTH}.
 *
 * @param name of a server's adapter, or a file of this machine
 * @param strength 1 where none is given
 */
public record NamedAdapter(String name, double strength) {
  private static final Pattern WITH_STRENGTH = Pattern.compile("(.+):([^:/\\\\]+)");

  /** @throws TypeConversionException if what stands behind the last colon is no strength */
  public static NamedAdapter parse(String text) {
    Matcher parts = WITH_STRENGTH.matcher(text);
    if (!parts.matches()) {
      return new NamedAdapter(text, 1);
    }
    try {
      double strength = Double.parseDouble(parts.group(2));
      if (Math.abs(strength) <= Lora.MAX_STRENGTH) {
        return new NamedAdapter(parts.group(1), strength);
      }
    } catch (NumberFormatException noNumber) {
      // answered below
    }
    throw new TypeConversionException("'" + text + "' has no strength from -4 to 4 behind its colon: write it like blueprint:0.8");
  }
}
