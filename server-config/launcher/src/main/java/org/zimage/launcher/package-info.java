/** The launcher's commands, and the whole system on one machine that they start and stop. */
package org.zimage.launcher;
