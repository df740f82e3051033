/** All adapters that requests may name: those of the folder, and those that the administrator uploaded into the store. */
package org.zimage.lora.upload;
