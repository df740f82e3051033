/** How much memory a picture takes, how much is free, and the refusal of what does not fit. */
package org.zimage.pipeline.memory;
