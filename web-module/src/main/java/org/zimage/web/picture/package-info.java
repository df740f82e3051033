/** Serves finished pictures: with validators, ranges and long caching, and nothing but pictures. */
package org.zimage.web.picture;
