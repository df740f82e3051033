/** Writes answers that outlive their JAX-RS response, as fast as each caller reads, without a thread for each caller. */
package org.zimage.web.writing;
