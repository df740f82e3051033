/** The Redis server of one installation. */
package org.zimage.launcher.redis;
