package org.zimage.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;

/**
 * What one component, or several, are kept in: a safetensors or GGUF file, or a folder with safetensors files. Immutable.
 *
 * @param place the file or folder, for errors
 * @param tensors by the names that the file gives them
 * @param metadata what the file says about itself, as text; without long lists
 */
public record TensorFile(Path place, Collection<TensorEntry> tensors, Map<String, String> metadata) {
  private static final int MAGIC_BYTES = 4;
  private static final String ZIP_MAGIC = "PK\3\4";
  private static final String OLD_PICKLE_MAGIC = "\u0080\u0002";

  /** @throws CheckpointException if the file is missing, truncated or of another format */
  public static TensorFile open(Path path) {
    if (Files.isDirectory(path)) {
      return ofSafeTensors(path);
    }
    if (!Files.isRegularFile(path)) {
      throw new CheckpointException(path + " is missing");
    }
    String magic = magic(path);
    if (magic.equals(Gguf.MAGIC)) {
      return Gguf.read(path);
    }
    if (magic.equals(ZIP_MAGIC) || magic.startsWith(OLD_PICKLE_MAGIC)) {
      throw new CheckpointException(path + " is a pickle of PyTorch, which may run programs when it is read: take the model as "
          + "safetensors or GGUF");
    }
    return ofSafeTensors(path);
  }

  private static TensorFile ofSafeTensors(Path path) {
    SafeTensors tensors = SafeTensors.open(path);
    return new TensorFile(path, tensors.entries(), tensors.metadata());
  }

  private static String magic(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      return new String(in.readNBytes(MAGIC_BYTES), StandardCharsets.ISO_8859_1);
    } catch (IOException cause) {
      throw new CheckpointException(path + " cannot be read: " + cause, cause);
    }
  }
}
