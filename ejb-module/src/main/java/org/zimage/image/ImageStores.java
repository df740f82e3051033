package org.zimage.image;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.settings.Settings;

/** Chooses the store that the settings ask for. */
@ApplicationScoped
public class ImageStores {
  private static final Logger LOG = Logger.getLogger(ImageStores.class.getName());

  /**
   * The store, asked once whether it knows the bucket and the keys. One that does not answer may come back later.
   *
   * @throws org.zimage.settings.InvalidSetting when the store answers that a setting is wrong
   */
  @Produces
  @Singleton
  ImageStore store(Settings settings) {
    DiskStore disk = new DiskStore(settings.outputDir());
    if (settings.s3() == null) {
      return disk;
    }
    S3Store store = new S3Store(settings.s3(), settings.authorities(), disk);
    try {
      store.checkSettings();
    } catch (StorageFailed failure) {
      LOG.log(Level.WARNING, "Starting without the image store, which may come back", failure);
    } catch (RuntimeException wrong) {
      store.close();
      throw wrong;
    }
    return store;
  }

  void close(@Disposes ImageStore store) {
    if (store instanceof S3Store s3) {
      s3.close();
    }
  }
}
