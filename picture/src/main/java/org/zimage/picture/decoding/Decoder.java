package org.zimage.picture.decoding;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ServiceRegistry;

/**
 * Decodes files with the libraries: the platform's reader for PNG, TwelveMonkeys' for JPEG, because that knows CMYK, and libwebp for
 * WebP. They are named here and not looked up, so that the same one reads whatever else is in the class path. Thread-safe.
 */
final class Decoder {
  private static final String PLATFORM_PNG = "com.sun.imageio.plugins.png.PNGImageReaderSpi";
  private static final String PLATFORM_JPEG = "com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi";

  private static final int RGB = 3;

  private static final ImageReaderSpi PNG = platform(PLATFORM_PNG);
  private static final ImageReaderSpi JPEG = jpeg();
  private static final ImageReaderSpi WEBP = new WebPImageReaderSpi();

  private Decoder() { }

  /**
   * Decodes the pixels as they lie in the file.
   *
   * @throws org.zimage.picture.PictureRefused when there are not as many as the header says
   * @throws IOException when the library cannot decode them; it may throw other things too
   */
  static BufferedImage decode(byte[] file, FileHeader header) throws IOException {
    ImageReader reader = provider(header.type()).createReaderInstance();
    try {
      // Without what else there is in the file: a text that unpacks to gigabytes, for one
      reader.setInput(new ByteArrayImageInputStream(file), true, true);
      BufferedImage image = reader.read(0, parameters(reader, header.type()));
      if (image.getWidth() != header.width() || image.getHeight() != header.height()) {
        throw FileHeader.damaged(header.type(), null);
      }
      return image;
    } finally {
      reader.dispose();
    }
  }

  private static ImageReaderSpi provider(PictureType type) {
    return switch (type) {
      case PNG -> PNG;
      case JPEG -> JPEG;
      case WEBP -> WEBP;
    };
  }

  private static ImageReadParam parameters(ImageReader reader, PictureType type) throws IOException {
    ImageReadParam parameters = reader.getDefaultReadParam();
    if (type == PictureType.JPEG && reader.getRawImageType(0).getNumBands() == RGB) {
      // As they are, with their profile
      parameters.setDestinationType(reader.getRawImageType(0));
    }
    return parameters;
  }

  private static ImageReaderSpi platform(String name) {
    Iterator<ImageReaderSpi> readers = IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class,
        provider -> provider.getClass().getName().equals(name), false);
    if (!readers.hasNext()) {
      throw new IllegalStateException("This Java has no " + name + ": its module java.desktop is not complete");
    }
    return readers.next();
  }

  /** TwelveMonkeys' provider finds the platform's, which it adds to, in the registry that it is told of. */
  private static ImageReaderSpi jpeg() {
    ServiceRegistry registry = new ServiceRegistry(List.<Class<?>>of(ImageReaderSpi.class).iterator());
    JPEGImageReaderSpi provider = new JPEGImageReaderSpi();
    registry.registerServiceProvider(platform(PLATFORM_JPEG), ImageReaderSpi.class);
    registry.registerServiceProvider(provider, ImageReaderSpi.class);
    return provider;
  }
}
