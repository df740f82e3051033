package org.zimage.audit;

import java.util.Optional;
import java.util.stream.Stream;

/** What can be done that changes something: the closed list that the audit knows. */
public enum Deed {
  /** A picture is asked for. */
  TASK_SUBMIT("task.submit", ObjectType.TASK),
  /** The end of a task is asked for, by a call or by hanging up. */
  TASK_CANCEL("task.cancel", ObjectType.TASK),
  /** A batch is removed from the history. */
  BATCH_DELETE("batch.delete", ObjectType.BATCH),
  LORA_UPLOAD("lora.upload", ObjectType.LORA),
  LORA_DELETE("lora.delete", ObjectType.LORA),
  /** A key is used for the first time; the administrator's, too, when another one was set. */
  CLIENT_REGISTER("client.register", ObjectType.CLIENT),
  /** Everything of a client is removed. */
  CLIENT_ERASE("client.erase", ObjectType.CLIENT),
  /** The time of a batch is over, and it is removed. */
  BATCH_EXPIRE("batch.expire", ObjectType.BATCH),
  /** A call of {@code /mcp} that was refused before anybody looked at what it asks for. */
  MCP_CALL("mcp.call", ObjectType.NONE);

  private final String word;
  private final ObjectType object;

  Deed(String word, ObjectType object) {
    this.word = word;
    this.object = object;
  }

  /** As the database and answers call it, such as {@code task.submit}. */
  public String word() {
    return word;
  }

  /** What it is done to. */
  public ObjectType object() {
    return object;
  }

  /** The deed of a word; empty for words that are none. */
  public static Optional<Deed> of(String word) {
    return Stream.of(values()).filter(deed -> deed.word.equals(word)).findFirst();
  }
}
