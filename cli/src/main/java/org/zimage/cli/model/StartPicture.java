package org.zimage.cli.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.zimage.checkpoint.Checksum;
import org.zimage.cli.argument.InputFile;
import org.zimage.cli.argument.StartOptions;
import org.zimage.picture.Mask;
import org.zimage.picture.Picture;
import org.zimage.picture.PictureRefused;
import org.zimage.picture.PictureSize;
import org.zimage.picture.credentials.Credentials;
import org.zimage.picture.decoding.PictureReader;
import org.zimage.pipeline.Sampling;
import org.zimage.pipeline.Start;

/**
 * A picture on this machine that another one is made from, in the size of that one.
 *
 * @param mask of what is repainted
 * @param credentials of its file, whoever signed them; null where it has none that fit it
 * @param texts what a PNG says of it, by the keywords of the workers' pictures: hashes of the files
 */
record StartPicture(Picture picture, Mask mask, double strength, boolean preserveUnmasked, byte[] credentials,
    Map<String, String> texts) {
  private static final long MOST_BYTES = 256L << 20;

  /**
   * Reads the files.
   *
   * @param width pixels; null to follow from the picture, as for a server
   * @param height the same
   * @throws IllegalArgumentException when a file cannot be used; the message names its option
   */
  static StartPicture read(StartOptions options, Integer width, Integer height) {
    Map<String, String> texts = new TreeMap<>();
    InputFile file = options.image();
    Source source = read(file, "image", Source::read, texts);
    Picture picture = source.picture();
    PictureSize size = size(picture, width, height, file);
    Mask mask = options.mask() == null ? null : read(options.mask(), "mask_image", PictureReader::readMask, texts);
    double usual = mask == null ? Start.DEFAULT_STRENGTH : Start.DEFAULT_MASKED_STRENGTH;
    boolean preserves = options.preserveUnmasked() == null || options.preserveUnmasked();
    if (mask != null) {
      texts.put("preserve_unmasked", Boolean.toString(preserves));
    }
    return new StartPicture(picture.resizedTo(size.width(), size.height()),
        mask == null ? Mask.everything(size.width(), size.height()) : mask.resizedTo(size.width(), size.height()),
        options.strength() == null ? usual : options.strength(), preserves, source.credentials(), texts);
  }

  private record Source(Picture picture, byte[] credentials) {
    static Source read(byte[] file) {
      return new Source(PictureReader.read(file), Credentials.intact(file).orElse(null));
    }
  }

  private static <T> T read(InputFile file, String keyword, Function<byte[], T> reader, Map<String, String> texts) {
    byte[] bytes = file.read(StartPicture::bytes);
    texts.put(keyword, "sha256:" + HexFormat.of().formatHex(Checksum.begin().digest(bytes)));
    try {
      return reader.apply(bytes);
    } catch (PictureRefused refused) {
      throw file.refused("cannot be used. " + refused.getMessage());
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException("it has more than " + MOST_BYTES + " bytes");
    }
    return Files.readAllBytes(file);
  }

  private static PictureSize size(Picture picture, Integer width, Integer height, InputFile file) {
    try {
      return picture.size().wanted(width, height, Sampling.MIN_SIDE_PIXELS, Sampling.MAX_SIDE_PIXELS);
    } catch (PictureRefused refused) {
      throw file.refused("cannot be used. " + refused.getMessage());
    }
  }

  /** The parameters of a picture that starts from this one. */
  Sampling in(Sampling fromNoise) {
    return fromNoise.from(picture, mask, strength);
  }
}
