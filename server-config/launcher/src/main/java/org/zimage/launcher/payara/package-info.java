/** Payara Micro with the applications: its command, its class path, its start. */
package org.zimage.launcher.payara;
