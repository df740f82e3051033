/** Where pictures and tasks are kept: disks, buckets, databases of several kinds. */
package org.zimage.tests.storage;
