/** Pictures inside bodies: as data URLs, and of which types. */
package org.zimage.api.input;
