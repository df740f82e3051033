/** Work that begins with the application, and work that recurs while it runs. */
package org.zimage.start;
