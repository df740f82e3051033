/** Commands for the adapters (LoRA) of a server. */
package org.zimage.cli.lora;
