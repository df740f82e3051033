/** Servers that tests start beside the product: brokers, a proxy, a domain of Payara Server, an authority for certificates. */
package org.zimage.tests.server;
