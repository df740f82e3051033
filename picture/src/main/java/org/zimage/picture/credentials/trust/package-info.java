/** Whom to believe: certificates that lead to a trusted authority, and time stamps (RFC 3161). */
package org.zimage.picture.credentials.trust;
