/** Recording what HTTP refuses. */
package org.zimage.web.audit;
