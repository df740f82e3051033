/** What the application server and the process provide, and reading rows without a transaction. */
package org.zimage.resources;
