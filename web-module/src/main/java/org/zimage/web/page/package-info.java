/** Serves the web page. */
package org.zimage.web.page;
