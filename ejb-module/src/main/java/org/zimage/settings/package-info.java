/** Everything that can be set from outside, read once and checked. */
package org.zimage.settings;
