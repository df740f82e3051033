/** Pictures as values, without a model and without a server: their pixels, masks and sizes, and how they are resized and mixed. */
package org.zimage.picture;
