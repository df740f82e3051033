/** The command line and the script {@code zimage}, run as processes of their own. */
package org.zimage.tests.cli;
