/** JSON values: how they are made, and how they are quoted. */
package org.zimage.json;
