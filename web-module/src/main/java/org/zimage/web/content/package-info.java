/** Which kinds of bodies the routes take and give. */
package org.zimage.web.content;
