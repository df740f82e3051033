/** By what a picture is recognised after it was resized or compressed anew. */
package org.zimage.picture.look;
