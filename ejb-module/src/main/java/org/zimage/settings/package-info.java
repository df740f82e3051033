/** All settings, read once and checked. */
package org.zimage.settings;
