/** Servers as processes of their own, which are watched and started again. */
package org.zimage.launcher.process;
