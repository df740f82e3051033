/** What the application server and the process provide, and reading rows without a transaction, in one place. */
package org.zimage.resources;
