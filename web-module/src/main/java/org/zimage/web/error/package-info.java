/** How HTTP says what went wrong: every failure becomes one JSON object with a detail, in one place. */
package org.zimage.web.error;
