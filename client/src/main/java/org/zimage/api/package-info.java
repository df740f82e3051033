/** The HTTP contract: its routes, and its bodies under the names the document gives them. */
package org.zimage.api;
