/** Addresses of the network. */
package org.zimage.network;
