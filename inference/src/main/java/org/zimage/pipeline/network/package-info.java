/** A SavedModel in a session of TensorFlow, and the device that computes it. */
package org.zimage.pipeline.network;
