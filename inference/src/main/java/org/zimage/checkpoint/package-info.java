/** Reads Hugging Face checkpoints of Z-Image: their configurations and their tensors. */
package org.zimage.checkpoint;
