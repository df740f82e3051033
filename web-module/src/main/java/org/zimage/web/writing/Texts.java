package org.zimage.web.writing;

import java.util.Iterator;
import java.util.function.Function;

/**
 * The texts of items between a beginning and an end, each made when it is wanted: a stream that maps them would make those of a whole page
 * at once.
 */
public final class Texts<T> implements Iterator<String> {
  private final Iterator<T> items;
  private final Function<T, String> text;
  private final String separator;
  private String before;
  private String end;

  public Texts(String beginning, Iterator<T> items, Function<T, String> text, String separator, String end) {
    this.before = beginning;
    this.items = items;
    this.text = text;
    this.separator = separator;
    this.end = end;
  }

  @Override
  public boolean hasNext() {
    return end != null;
  }

  @Override
  public String next() {
    String first = before;
    before = separator;
    if (items.hasNext()) {
      return first + text.apply(items.next());
    }
    String last = end;
    end = null;
    return (first.equals(separator) ? "" : first) + last;
  }
}
