/** What was asked for before: batches, newest first, with their pictures. */
package org.zimage.history;
