/** The message broker inside the launcher: its queues, its accounts, and what it refuses. */
package org.zimage.launcher.artemis;
