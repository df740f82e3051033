/** Who is calling: API keys, and the clients that own batches. */
package org.zimage.caller;
