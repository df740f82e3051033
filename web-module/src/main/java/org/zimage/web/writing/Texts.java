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
  private final String beginning;
  private final String end;
  private boolean isBegun;
  private boolean isOver;

  public Texts(String beginning, Iterator<T> items, Function<T, String> text, String separator, String end) {
    this.beginning = beginning;
    this.items = items;
    this.text = text;
    this.separator = separator;
    this.end = end;
  }

  @Override
  public boolean hasNext() {
    return !isOver;
  }

  @Override
  public String next() {
    isOver = !items.hasNext();
    String between = isOver ? "" : separator;
    String before = isBegun ? between : beginning;
    isBegun = true;
    return before + (isOver ? end : text.apply(items.next()));
  }
}
