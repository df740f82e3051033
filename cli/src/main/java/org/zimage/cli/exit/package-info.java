/** How a command ends: its exit code, and what went wrong in one line. */
package org.zimage.cli.exit;
