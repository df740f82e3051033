/** Says once what would otherwise be said again and again. */
package org.zimage.log;
