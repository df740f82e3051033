/** The sampler: the initial noise, the sigmas and Euler steps, and guidance. */
package org.zimage.pipeline.sampler;
