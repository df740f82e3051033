/** Serves picture files, and nothing else: with validators, ranges and long caching. */
package org.zimage.web.picture;
