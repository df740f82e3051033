/** The files that checkpoints are made of: configurations, and tensors in safetensors and GGUF. */
package org.zimage.checkpoint;
