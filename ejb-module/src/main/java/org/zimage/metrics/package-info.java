/** What the system measures of itself, for Prometheus. */
package org.zimage.metrics;
