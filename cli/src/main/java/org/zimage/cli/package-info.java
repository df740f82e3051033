/** The entry point of the command line, and the list of its commands. */
package org.zimage.cli;
