package org.zimage.log;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Keeps the log from repeating the same message about one subject. Remembers the last subjects. Thread-safe. */
public final class OnceInLog {
  private static final int REMEMBERED = 1_000;

  private final Set<String> said = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
      return size() > REMEMBERED;
    }
  }));

  /** Whether nothing was said of this subject yet; from now on, something was. */
  public boolean isFirst(String subject) {
    return said.add(subject);
  }
}
