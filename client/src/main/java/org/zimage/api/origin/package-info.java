/** Where a picture comes from, as the server answers it. */
package org.zimage.api.origin;
