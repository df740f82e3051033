/** The store of pictures and uploaded adapters: how files are named, stored and found again. */
package org.zimage.image;
