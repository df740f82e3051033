/** What models say of themselves, and what both sides know of their parameters. */
package org.zimage.api.model;
