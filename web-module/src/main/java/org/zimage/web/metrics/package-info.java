/** Requests as metrics, and the page that Prometheus reads. */
package org.zimage.web.metrics;
