package org.zimage.cli.argument;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts {@code true}, {@code false} or a number to the factor that they stand for: 1, 0 or the number. */
public final class NormalizationConverter implements ITypeConverter<Double> {
  @Override
  public Double convert(String text) {
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true") ? 1.0 : 0.0;
    }
    try {
      double factor = Double.parseDouble(text);
      if (factor >= 0 && Double.isFinite(factor)) {
        return factor;
      }
    } catch (NumberFormatException e) {
      // Said below, as of numbers that are none of these
    }
    throw new TypeConversionException("'" + text + "' is neither true nor false nor a number from 0: write it like 0.8");
  }
}
