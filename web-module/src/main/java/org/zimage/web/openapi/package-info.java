/** The description of all routes, for people and for programs that make clients. */
package org.zimage.web.openapi;
