/** Runs an exported model: from a prompt and a seed to a picture. */
package org.zimage.pipeline;
