/** The whole system as operators see it: its workers, and the tasks that wait for them. */
package org.zimage.system;
