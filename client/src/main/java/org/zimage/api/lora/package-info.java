/** Adapters (LoRA) as requests name them and as the server lists them. */
package org.zimage.api.lora;
