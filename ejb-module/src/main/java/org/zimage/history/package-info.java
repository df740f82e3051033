/** Batches, newest first, with their pictures: lists, searches, deletes. */
package org.zimage.history;
