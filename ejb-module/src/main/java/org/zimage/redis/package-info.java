/** The way to Redis, for those who are faster with it and can do without it. */
package org.zimage.redis;
