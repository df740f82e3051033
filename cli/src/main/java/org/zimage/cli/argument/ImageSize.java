package org.zimage.cli.argument;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A picture's size in pixels, written {@code 1024x768}. The server decides which sizes are allowed. */
public record ImageSize(int width, int height) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,5})[xX×](\\d{1,5})");

  static ImageSize parse(String text) {
    Matcher sides = FORM.matcher(text.strip());
    if (!sides.matches()) {
      throw new IllegalArgumentException("a size is WIDTHxHEIGHT in pixels, such as 1024x768 (got '" + text + "')");
    }
    return new ImageSize(Integer.parseInt(sides.group(1)), Integer.parseInt(sides.group(2)));
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }

  /** Converts the value of an option. */
  public static final class Converter implements ITypeConverter<ImageSize> {
    @Override
    public ImageSize convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
