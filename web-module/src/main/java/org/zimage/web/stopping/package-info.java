/** Opens the listeners when a node is ready; when it stops, finishes what it has begun to answer and then closes them. */
package org.zimage.web.stopping;
