/** The weights of each network by the names that diffusers gives them, whatever file they came in. */
package org.zimage.checkpoint.weights;
