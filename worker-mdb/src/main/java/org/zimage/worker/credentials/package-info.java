/** What finished pictures are signed with, and how long that holds. */
package org.zimage.worker.credentials;
