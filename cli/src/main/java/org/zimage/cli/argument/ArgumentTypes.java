package org.zimage.cli.argument;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine;

/** Converts the values of options. An error says what is wrong without naming Java's types. */
public final class ArgumentTypes {
  private ArgumentTypes() { }

  public static void register(CommandLine commandLine) {
    commandLine.registerConverter(LocalDate.class, ArgumentTypes::date);
    commandLine.registerConverter(Integer.class, ArgumentTypes::wholeNumber);
    commandLine.registerConverter(int.class, ArgumentTypes::wholeNumber);
    commandLine.registerConverter(Long.class, ArgumentTypes::longNumber);
    commandLine.registerConverter(long.class, ArgumentTypes::longNumber);
    commandLine.registerConverter(Double.class, ArgumentTypes::number);
    commandLine.registerConverter(double.class, ArgumentTypes::number);
    commandLine.registerConverter(NamedAdapter.class, NamedAdapter::parse);
  }

  private static LocalDate date(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException("'" + text + "' is no date: write it like 2026-01-31");
    }
  }

  private static int wholeNumber(String text) {
    long number = longNumber(text);
    if (number != (int) number) {
      throw new TypeConversionException("'" + text + "' is too large");
    }
    return (int) number;
  }

  private static long longNumber(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is no whole number"
          + (text.matches("[+-]?\\d{19,}") ? " that is small enough" : ""));
    }
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is no number: write it like 2.5");
    }
  }
}
