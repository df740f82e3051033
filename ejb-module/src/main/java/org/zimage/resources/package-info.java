/** What the application server and the process provide, in one place. */
package org.zimage.resources;
