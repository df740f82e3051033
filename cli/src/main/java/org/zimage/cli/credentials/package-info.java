/** What is done with content credentials on this machine. */
package org.zimage.cli.credentials;
