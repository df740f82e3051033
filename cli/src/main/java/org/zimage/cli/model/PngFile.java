package org.zimage.cli.model;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.UUID;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import org.zimage.pipeline.Picture;

/** A picture as PNG with its parameters in text chunks. */
final class PngFile {
  private static final String PNG_METADATA = "javax_imageio_png_1.0";

  private PngFile() {}

  /**
   * Writes a file beside the target and moves it there, so that the target is never half written. The file's name is random, so
   * that nobody can lay a link there before.
   */
  static void write(Path file, Picture picture, Map<String, String> texts) throws IOException {
    Path unfinished = file.resolveSibling("." + UUID.randomUUID() + ".unfinished");
    try {
      encode(unfinished, picture, texts);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private static void encode(Path file, Picture picture, Map<String, String> texts) throws IOException {
    BufferedImage image = image(picture);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(Files.newOutputStream(file,
        StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
      writer.setOutput(out);
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      writer.write(null, new IIOImage(image, null, metadata(writer, image, parameters, texts)), parameters);
    } finally {
      writer.dispose();
    }
  }

  private static BufferedImage image(Picture picture) {
    BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    int[] row = new int[picture.width()];
    byte[] rgb = picture.rgb();
    int next = 0;
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < row.length; x++) {
        row[x] = (rgb[next++] & 0xff) << 16 | (rgb[next++] & 0xff) << 8 | rgb[next++] & 0xff;
      }
      image.getRaster().setDataElements(0, y, row.length, 1, row);
    }
    return image;
  }

  private static IIOMetadata metadata(ImageWriter writer, BufferedImage image, ImageWriteParam parameters,
      Map<String, String> texts) throws IIOInvalidTreeException {
    IIOMetadata metadata = writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image),
        parameters);
    IIOMetadataNode chunks = new IIOMetadataNode("iTXt");
    texts.forEach((keyword, text) -> chunks.appendChild(chunk(keyword, text)));
    IIOMetadataNode root = new IIOMetadataNode(PNG_METADATA);
    root.appendChild(chunks);
    metadata.mergeTree(PNG_METADATA, root);
    return metadata;
  }

  private static IIOMetadataNode chunk(String keyword, String text) {
    IIOMetadataNode chunk = new IIOMetadataNode("iTXtEntry");
    chunk.setAttribute("keyword", keyword);
    chunk.setAttribute("compressionFlag", "FALSE");
    chunk.setAttribute("compressionMethod", "0");
    chunk.setAttribute("languageTag", "");
    chunk.setAttribute("translatedKeyword", "");
    chunk.setAttribute("text", text);
    return chunk;
  }
}
