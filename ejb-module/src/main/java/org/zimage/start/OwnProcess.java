package org.zimage.start;

import java.util.logging.Logger;
import org.zimage.error.Causes;
import org.zimage.settings.InvalidSetting;

/** The process of a node of Payara Micro, which holds nothing but this application. */
public final class OwnProcess {
  private static final Logger LOG = Logger.getLogger(OwnProcess.class.getName());
  /** Set by the launcher, in the command of a node. A server that others share does not have it. */
  private static final String IS_A_NODE = "zimage.node";
  /** EX_CONFIG of sysexits.h. */
  private static final int WRONG_SETTING = 78;

  private OwnProcess() { }

  /**
   * Ends a node that a wrong setting keeps from starting. The server would hide the reason among stack traces, and go on without
   * the application.
   */
  public static void endIfSettingIsWrong(RuntimeException failure) {
    if (System.getProperty(IS_A_NODE) != null) {
      Causes.of(failure).filter(InvalidSetting.class::isInstance).findFirst().ifPresent(wrong -> {
        LOG.severe(wrong.getMessage());
        Runtime.getRuntime().halt(WRONG_SETTING); // exit would wait for the server, which waits for this
      });
    }
  }
}
