/** Turns a checkpoint into TensorFlow SavedModels: the three networks as graphs over the checkpoint's own files. */
package org.zimage.export;
