/** Finished pictures: how they are encoded, named, stored and found again. */
package org.zimage.image;
