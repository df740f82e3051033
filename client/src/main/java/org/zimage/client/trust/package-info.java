/** Which certificates of servers the client trusts, and why it does not trust one. */
package org.zimage.client.trust;
