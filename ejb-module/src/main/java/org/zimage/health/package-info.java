/** Whether the servers this application needs can be reached, and whether its tables are ready. */
package org.zimage.health;
