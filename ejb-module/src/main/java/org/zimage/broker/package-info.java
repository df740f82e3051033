/** What the broker lets this process do, and which consumers the process has there. */
package org.zimage.broker;
