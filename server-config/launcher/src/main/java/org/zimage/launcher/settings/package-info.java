/** What the environment sets, read and checked once, and the variables that a server's configuration takes from it. */
package org.zimage.launcher.settings;
