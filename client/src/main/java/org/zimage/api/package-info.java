/**
 * The HTTP contract: its routes, and its bodies under the names the document gives them. What may be null in an answer is {@code
 * JsonbNillable}; with {@code false} it is left out instead.
 */
package org.zimage.api;
