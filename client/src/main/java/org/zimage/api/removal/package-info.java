/** What the administrator is told of the removal of a client's data. */
package org.zimage.api.removal;
