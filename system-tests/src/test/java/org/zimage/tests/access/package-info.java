/** Who may do what: keys, limits, other sites in a browser, other users of the machine. */
package org.zimage.tests.access;
