/** Pictures from pictures, through every door, and pictures that are watched while they grow. */
package org.zimage.tests.editing;
