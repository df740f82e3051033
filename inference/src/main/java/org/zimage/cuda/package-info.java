/** What TensorFlow's build for GPUs wants of the machine. */
package org.zimage.cuda;
