/** How the server speaks HTTP: routes, bodies, refusals, the description, connections that are slow, lost or behind a proxy. */
package org.zimage.tests.http;
