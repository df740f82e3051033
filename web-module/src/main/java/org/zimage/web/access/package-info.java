/** Decides before every route who calls, and whether the call is allowed. */
package org.zimage.web.access;
