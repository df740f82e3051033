/** Callers who keep their connection open until their pictures are there. */
package org.zimage.web.waiting;
