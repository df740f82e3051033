/** Request bodies, which are waited for without a thread. */
package org.zimage.web.body;
