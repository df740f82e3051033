/** Checks whether the servers that this application needs can be reached, and whether its tables are ready. */
package org.zimage.health;
