/** What monitors and orchestrators ask: whether this node lives, and whether it can serve. */
package org.zimage.web.health;
