/** JSON values, and how all answers write them. */
package org.zimage.json;
