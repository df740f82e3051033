/** Adapters (LoRA): their files, each tensor of which is accounted for, and what several of them add to a layer. */
package org.zimage.adapter;
