/** Dies, hangs, forgets, disconnects: what the system is put through, and the one judge of what it made of it. */
package org.zimage.tests.faults;
