/** Gives a client the picture that it has already, instead of drawing an equal one. */
package org.zimage.task.reuse;
