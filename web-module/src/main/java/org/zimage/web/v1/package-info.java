/** The routes of version 1: each reads the request, makes one call, and writes the answer. */
package org.zimage.web.v1;
