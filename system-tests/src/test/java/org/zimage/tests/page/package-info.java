/** The web page in a browser. */
package org.zimage.tests.page;
