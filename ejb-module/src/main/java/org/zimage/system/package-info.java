/** The whole system as operators see it: its workers, and what waits for them. */
package org.zimage.system;
