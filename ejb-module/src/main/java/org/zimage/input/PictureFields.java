package org.zimage.input;

import jakarta.json.JsonValue;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Set;
import org.zimage.request.JsonText;
import org.zimage.request.RequestTooLong;

/**
 * Takes the pictures out of a request while it is read, so that they are never in memory: a data URL in base64 is written to
 * {@link Uploads}, and the name it has there stands in its place. What is no JSON goes through as it is, for the parser to
 * refuse. Used once, by one thread.
 */
public final class PictureFields {
  /** The fields of a request that may be pictures. */
  private static final Set<String> NAMES = Set.of("image", "mask_image");
  private static final String SCHEME = "data:image/";
  private static final String BASE64 = ";base64,";
  private static final int LONGEST_NAME = 64;
  private static final int LONGEST_HEAD = 128;
  private static final int CHUNK_BYTES = 8192;

  private final InputStream in;
  private final int level;
  private final Uploads uploads;
  private final ByteArrayOutputStream rest = new ByteArrayOutputStream();
  /** The open brackets around the present place. */
  private final Deque<Character> open = new ArrayDeque<>();
  private int openObjects;
  /** The beginning of the name before the present value. */
  private String name = "";

  private PictureFields(InputStream in, int level, Uploads uploads) {
    this.in = new BufferedInputStream(in, CHUNK_BYTES);
    this.level = level;
    this.uploads = uploads;
  }

  /**
   * Reads a request.
   *
   * @param json text in UTF-8
   * @param level of the objects whose fields may be pictures, arrays not counted: 1 for the request itself
   * @param uploads get the pictures
   * @return the request, with the pictures' names in their stead
   * @throws org.zimage.error.InvalidRequest when it is no JSON in UTF-8, with the place
   * @throws RequestTooLong when there is more than {@link JsonText#MAX_BYTES} of it beside the pictures
   */
  public static JsonValue read(InputStream json, int level, Uploads uploads) throws IOException {
    byte[] rest = take(json, level, uploads);
    if (rest.length > JsonText.MAX_BYTES) {
      throw new RequestTooLong();
    }
    return JsonText.parse(JsonText.decode(rest));
  }

  /** @return at most one byte more than a request may have */
  static byte[] take(InputStream json, int level, Uploads uploads) throws IOException {
    PictureFields fields = new PictureFields(json, level, uploads);
    fields.read();
    return fields.rest.toByteArray();
  }

  private boolean isFull() {
    return rest.size() > JsonText.MAX_BYTES;
  }

  private void read() throws IOException {
    boolean isName = false;
    for (int next = in.read(); next >= 0 && !isFull(); next = in.read()) {
      rest.write(next);
      switch (next) {
        case '{', '[' -> {
          open((char) next);
          isName = next == '{';
        }
        case '}', ']' -> close();
        case ',' -> isName = isInObject();
        case ':' -> isName = false;
        case '"' -> {
          if (isName) {
            name = copyText();
          } else if (openObjects == level && isInObject() && NAMES.contains(name)) {
            readPicture();
          } else {
            copyText();
          }
        }
        default -> { }
      }
    }
  }

  private boolean isInObject() {
    return !open.isEmpty() && open.peek() == '{';
  }

  private void open(char bracket) {
    open.push(bracket);
    openObjects += bracket == '{' ? 1 : 0;
  }

  private void close() {
    Character bracket = open.poll();
    openObjects -= bracket != null && bracket == '{' ? 1 : 0;
  }

  /**
   * Copies the rest of a text, its closing quote included.
   *
   * @return its beginning, as it came
   */
  private String copyText() throws IOException {
    StringBuilder beginning = new StringBuilder();
    for (int next = in.read(); next >= 0 && !isFull(); next = in.read()) {
      rest.write(next);
      if (next == '"') {
        break;
      }
      if (beginning.length() < LONGEST_NAME) {
        beginning.append((char) next);
      }
      if (next == '\\') {
        int escaped = in.read();
        if (escaped >= 0) {
          rest.write(escaped);
        }
      }
    }
    return beginning.toString();
  }

  private void readPicture() throws IOException {
    Text text = new Text(in);
    String head = head(text);
    if (!(head.startsWith(SCHEME) && head.endsWith(BASE64))) {
      // Copied as it came, its escapes included
      rest.write(text.raw.toByteArray());
      if (!text.ended) {
        copyText();
      }
      return;
    }
    String taken = upload(text, head);
    rest.write(taken.getBytes(StandardCharsets.UTF_8));
    text.skip();
    rest.write('"');
  }

  /** Up to the comma behind which the picture begins, or as much as tells that there is none. */
  private static String head(Text text) throws IOException {
    StringBuilder head = new StringBuilder();
    for (int next = text.read(); next >= 0; next = text.read()) {
      head.append((char) next);
      boolean isNone = head.length() <= SCHEME.length() && !SCHEME.startsWith(head.toString());
      if (isNone || next == ',' || head.length() == LONGEST_HEAD) {
        break;
      }
    }
    text.endOfHead();
    return head.toString();
  }

  /** The name of the picture; its head alone, which is no picture's name, when it is no base64. */
  private String upload(Text text, String head) throws IOException {
    try {
      return uploads.<NoBase64>add(file -> {
        InputStream bytes = Base64.getDecoder().wrap(text);
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int count = read(bytes, chunk, text); count >= 0; count = read(bytes, chunk, text)) {
          file.write(chunk, 0, count);
        }
      });
    } catch (NoBase64 wrong) {
      return head;
    }
  }

  /** The decoder has no exception of its own for what is no base64. */
  private static int read(InputStream bytes, byte[] chunk, Text text) throws IOException, NoBase64 {
    try {
      return bytes.read(chunk);
    } catch (IOException failure) {
      if (text.failed) {
        throw failure;
      }
      throw new NoBase64();
    }
  }

  private static final class NoBase64 extends Exception {
    NoBase64() {
      super(null, null, false, false);
    }
  }

  /** The characters of a text up to its closing quote; line breaks, which some programs put into base64, are left out. */
  private static final class Text extends InputStream {
    private final InputStream in;
    /** What was read of the head, as it came; null behind it. */
    private ByteArrayOutputStream raw = new ByteArrayOutputStream();
    private boolean inHead = true;
    private boolean ended;
    private boolean failed;

    Text(InputStream in) {
      this.in = in;
    }

    void endOfHead() {
      inHead = false;
    }

    @Override
    public int read() throws IOException {
      while (!ended) {
        int next = next();
        if (next < 0 || next == '"') {
          ended = true;
          return -1;
        }
        if (next != '\\') {
          return next;
        }
        int escaped = next();
        if (escaped != 'n' && escaped != 'r') {
          return escaped == '/' ? '/' : '\\';
        }
      }
      return -1;
    }

    private int next() throws IOException {
      try {
        int next = in.read();
        if (inHead && next >= 0) {
          raw.write(next);
        }
        return next;
      } catch (IOException e) {
        failed = true;
        throw e;
      }
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      int count = 0;
      for (int next = 0; count < length; count++) {
        next = read();
        if (next < 0) {
          break;
        }
        to[offset + count] = (byte) next;
      }
      return count == 0 && length > 0 ? -1 : count;
    }

    void skip() throws IOException {
      while (read() >= 0) {
        // Nothing of what follows the picture is wanted
      }
    }
  }
}
