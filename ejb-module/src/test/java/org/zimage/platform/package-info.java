/** The servers and the container that tests run in: real PostgreSQL, Redis, Artemis, CDI and JTA in one process. */
package org.zimage.platform;
