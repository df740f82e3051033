/** How far a running task is, and the wish to stop it, as seen through Redis. */
package org.zimage.progress;
