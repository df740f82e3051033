/** Who calls: API keys, the clients that own batches, and limits of requests. */
package org.zimage.caller;
