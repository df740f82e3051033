package org.zimage.start;

import jakarta.annotation.PostConstruct;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.logging.Logger;
import org.zimage.image.ImageStore;
import org.zimage.origin.TrustedSigners;
import org.zimage.settings.Settings;

/** Reads the settings before anything else does, so that a wrong value stops the start and not the first request. */
@Singleton
@Startup
@TransactionManagement(TransactionManagementType.BEAN) // a slow store would outlast a transaction
public class SettingsCheck {
  private static final Logger LOG = Logger.getLogger(SettingsCheck.class.getName());

  @Inject
  private Instance<Settings> settings;

  /** A bucket that does not exist is a wrong value. */
  @Inject
  private Instance<ImageStore> images;

  /** So are certificates that cannot be read. */
  @Inject
  private Instance<TrustedSigners> signers;

  @PostConstruct
  void check() {
    try {
      LOG.info("Starting with " + settings.get());
      images.get();
      signers.get().anchors(); // the container makes the bean for the first call
    } catch (RuntimeException failure) {
      OwnProcess.endIfSettingIsWrong(failure);
      throw failure;
    }
  }
}
