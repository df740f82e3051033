/** The root: tells programs that the service runs, and leads browsers to the page. */
package org.zimage.web.welcome;
