/** The whole product as its users meet it: over HTTP, with its servers dying under it. */
package org.zimage.system;
