/** How a node begins to be reachable and stops to be: what it answers is finished, then nobody can connect. */
package org.zimage.web.stopping;
