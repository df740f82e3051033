package org.zimage.picture.credentials.format;

import com.upokecenter.cbor.CBORException;
import com.upokecenter.cbor.CBORObject;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A superbox of JUMBF (ISO/IEC 19566-5): a description with a kind and a label, and then either other superboxes or one box of
 * CBOR. Its children are read when they are asked for, so that foreign bytes cannot nest without end. Immutable by agreement: the
 * arrays are not copied.
 *
 * @param payload everything after the size and the type of the superbox; C2PA's hashes of assertions and manifests are over this
 */
public record Superbox(byte[] payload) {
  private static final int JUMB = fourCharacters("jumb");
  private static final int JUMD = fourCharacters("jumd");
  private static final int CBOR = fourCharacters("cbor");
  private static final int HEADER_BYTES = 8;
  private static final int UUID_BYTES = 16;
  /** In one superbox, and of CBOR in one box: more than any tool writes, and few enough to be read at once. */
  private static final int MOST_BOXES = 1_000;
  private static final int MOST_CBOR_BYTES = 256 << 10;
  /** "It can be asked for by its label", and "it has a label". Anything else is written by no C2PA tool for these kinds. */
  private static final byte TOGGLES = 0x03;
  private static final String UUID_TAIL = "00110010800000aa00389b71";

  /** What a superbox is, by the first four bytes of its UUID. */
  public enum Kind {
    STORE("c2pa"), MANIFEST("c2ma"), ASSERTIONS("c2as"), CLAIM("c2cl"), SIGNATURE("c2cs"), CBOR("cbor");

    private final byte[] uuid;

    Kind(String name) {
      uuid = HexFormat.of().parseHex(HexFormat.of().formatHex(name.getBytes(StandardCharsets.US_ASCII)) + UUID_TAIL);
    }
  }

  /** A superbox of superboxes. */
  public static Superbox of(Kind kind, String label, List<Superbox> children) {
    int length = children.stream().mapToInt(child -> HEADER_BYTES + child.payload.length).sum();
    ByteBuffer payload = described(kind, label, length);
    children.forEach(child -> payload.putInt(HEADER_BYTES + child.payload.length).putInt(JUMB).put(child.payload));
    return new Superbox(payload.array());
  }

  /** A superbox with one box of CBOR. */
  public static Superbox of(Kind kind, String label, byte[] cbor) {
    ByteBuffer payload = described(kind, label, HEADER_BYTES + cbor.length);
    payload.putInt(HEADER_BYTES + cbor.length).putInt(CBOR).put(cbor);
    return new Superbox(payload.array());
  }

  private static ByteBuffer described(Kind kind, String label, int contentLength) {
    byte[] name = label.getBytes(StandardCharsets.UTF_8);
    int length = HEADER_BYTES + UUID_BYTES + 1 + name.length + 1;
    ByteBuffer payload = ByteBuffer.allocate(length + contentLength);
    return payload.putInt(length).putInt(JUMD).put(kind.uuid).put(TOGGLES).put(name).put((byte) 0);
  }

  /**
   * Reads a superbox with its header.
   *
   * @throws MalformedCredentials when these bytes are not exactly one superbox
   */
  public static Superbox read(byte[] bytes) {
    List<Box> boxes = boxes(bytes, 0);
    if (boxes.size() != 1 || boxes.get(0).type != JUMB) {
      throw new MalformedCredentials("there is no single superbox");
    }
    return new Superbox(boxes.get(0).content);
  }

  /** With size and type, as it stands in a file. */
  public byte[] bytes() {
    return ByteBuffer.allocate(HEADER_BYTES + payload.length).putInt(HEADER_BYTES + payload.length).putInt(JUMB).put(payload).array();
  }

  /** @throws MalformedCredentials when it has no description */
  public String label() {
    byte[] description = description();
    int end = description.length - 1;
    for (int i = UUID_BYTES + 1; i < end; i++) {
      if (description[i] == 0) {
        throw new MalformedCredentials("a label ends early");
      }
    }
    return new String(description, UUID_BYTES + 1, end - UUID_BYTES - 1, StandardCharsets.UTF_8);
  }

  /** @throws MalformedCredentials when it has no description */
  public boolean is(Kind kind) {
    return Arrays.equals(description(), 0, UUID_BYTES, kind.uuid, 0, UUID_BYTES);
  }

  /** @throws MalformedCredentials when it has no description, or another kind */
  public Superbox require(Kind kind) {
    if (!is(kind)) {
      throw new MalformedCredentials("the box " + label() + " is of another kind");
    }
    return this;
  }

  private byte[] description() {
    int length = payload.length < HEADER_BYTES ? 0 : ByteBuffer.wrap(payload).getInt();
    boolean isThere = length >= HEADER_BYTES + UUID_BYTES + 2 && length <= payload.length
        && ByteBuffer.wrap(payload).getInt(4) == JUMD && payload[HEADER_BYTES + UUID_BYTES] == TOGGLES && payload[length - 1] == 0;
    if (!isThere) {
      throw new MalformedCredentials("a superbox has no description");
    }
    return Arrays.copyOfRange(payload, HEADER_BYTES, length);
  }

  /**
   * The superboxes in this one.
   *
   * @throws UnsupportedCredentials when there are more than 1,000
   * @throws MalformedCredentials when there is something else
   */
  public List<Superbox> children() {
    description();
    return boxes(payload, ByteBuffer.wrap(payload).getInt()).stream().map(box -> {
      if (box.type != JUMB) {
        throw new MalformedCredentials("a superbox has other boxes between its superboxes");
      }
      return new Superbox(box.content);
    }).toList();
  }

  /** The last of its superboxes with that label. */
  public Optional<Superbox> child(String label) {
    return children().stream().filter(child -> child.label().equals(label)).reduce((first, last) -> last);
  }

  /**
   * The one box of CBOR.
   *
   * @throws MalformedCredentials when there is something else
   */
  public byte[] cbor() {
    description();
    List<Box> boxes = boxes(payload, ByteBuffer.wrap(payload).getInt());
    if (boxes.size() != 1 || boxes.get(0).type != CBOR) {
      throw new MalformedCredentials("the box " + label() + " has no single box of CBOR");
    }
    return boxes.get(0).content;
  }

  /**
   * The one box of CBOR, read.
   *
   * @throws UnsupportedCredentials when it has more than 256 KiB
   * @throws MalformedCredentials when there is something else
   */
  public CBORObject read() {
    byte[] cbor = cbor();
    if (cbor.length > MOST_CBOR_BYTES) {
      throw new UnsupportedCredentials("the box " + label() + " has " + cbor.length + " bytes of CBOR (at most " + MOST_CBOR_BYTES + ")");
    }
    try {
      return CBORObject.DecodeFromBytes(cbor);
    } catch (CBORException noCbor) {
      throw new MalformedCredentials("the box " + label() + " is no CBOR", noCbor);
    }
  }

  private record Box(int type, byte[] content) { }

  private static List<Box> boxes(byte[] bytes, int start) {
    List<Box> boxes = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes).position(start);
    try {
      while (in.hasRemaining()) {
        int length = in.getInt() - HEADER_BYTES;
        int type = in.getInt();
        if (length < 0 || length > in.remaining()) {
          throw new MalformedCredentials("a box is longer than what it lies in");
        }
        byte[] content = new byte[length];
        in.get(content);
        boxes.add(new Box(type, content));
        if (boxes.size() > MOST_BOXES) {
          throw new UnsupportedCredentials("a superbox has more than " + MOST_BOXES + " boxes in it");
        }
      }
    } catch (BufferUnderflowException cutOff) {
      throw new MalformedCredentials("a box is cut off", cutOff);
    }
    return boxes;
  }

  private static int fourCharacters(String name) {
    return ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII)).getInt();
  }
}
