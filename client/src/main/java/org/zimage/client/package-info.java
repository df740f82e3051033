/** Calls a Z-Image server from any Java program, with or without a Jakarta EE server around it. */
package org.zimage.client;
