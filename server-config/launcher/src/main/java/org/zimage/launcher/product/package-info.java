/** The built product as it lies on the disk: its folders, its Java, and the model that comes with it. */
package org.zimage.launcher.product;
