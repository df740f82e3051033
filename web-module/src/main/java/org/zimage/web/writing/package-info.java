/** Answers that outlive their JAX-RS response, written as fast as each caller reads, without a thread for each of them. */
package org.zimage.web.writing;
