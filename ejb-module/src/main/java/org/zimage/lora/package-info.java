/** Adapters: the folder that has some, and how requests and rows name them. */
package org.zimage.lora;
