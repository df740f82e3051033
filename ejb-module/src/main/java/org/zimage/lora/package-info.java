/** Adapters that requests may name: the folder they lie in, and how requests and rows name them. */
package org.zimage.lora;
