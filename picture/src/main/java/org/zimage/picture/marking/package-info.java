/** What a picture's files say of its origin, so that machines can tell that a machine made it. */
package org.zimage.picture.marking;
