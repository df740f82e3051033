/** Logs repeated messages once. */
package org.zimage.log;
