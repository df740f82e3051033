/** The root: a sign of life for programs, the way to the page for browsers. */
package org.zimage.web.welcome;
