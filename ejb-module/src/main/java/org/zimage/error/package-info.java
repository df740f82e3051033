/** What callers are told when something goes wrong: the root exception, its codes, and what is wrong with a field. */
package org.zimage.error;
