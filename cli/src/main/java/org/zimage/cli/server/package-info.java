/** The commands that call a server. */
package org.zimage.cli.server;
