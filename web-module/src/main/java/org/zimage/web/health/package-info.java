/** Probes for monitors and orchestrators: whether this node is alive, and whether it is ready. */
package org.zimage.web.health;
