/** Addresses of databases and brokers as environment variables give them, and the ports of this machine. */
package org.zimage.launcher.address;
