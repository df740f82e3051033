/** Callers who keep a connection open until their pictures are ready. */
package org.zimage.web.waiting;
