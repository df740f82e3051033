/** The commands that export a model on this machine and draw with it. */
package org.zimage.cli.model;
