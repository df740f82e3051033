/** Request bodies, which arrive without holding a thread. */
package org.zimage.web.body;
