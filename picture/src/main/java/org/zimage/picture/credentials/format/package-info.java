/** The bytes of content credentials: superboxes of JUMBF, signatures of COSE, and the chunk of a PNG or WebP that holds them. */
package org.zimage.picture.credentials.format;
