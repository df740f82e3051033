/** The PostgreSQL server of one installation. */
package org.zimage.launcher.postgresql;
