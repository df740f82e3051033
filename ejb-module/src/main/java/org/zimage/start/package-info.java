/** What begins with the application and recurs while it runs. */
package org.zimage.start;
