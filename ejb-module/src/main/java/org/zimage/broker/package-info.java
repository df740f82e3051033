/** What the broker lets this process do, and which consumers it has there. */
package org.zimage.broker;
