/** What the administrator does with clients. */
package org.zimage.web.clients;
