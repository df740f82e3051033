/** Turns a checkpoint into TensorFlow SavedModels: the networks as graphs over the checkpoint's own files. */
package org.zimage.export;
