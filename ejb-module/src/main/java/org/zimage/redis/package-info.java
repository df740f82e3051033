/** The connection to Redis, for code that is faster with Redis and works without it. */
package org.zimage.redis;
