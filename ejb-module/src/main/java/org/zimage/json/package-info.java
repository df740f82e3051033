/** Values of JSON, and how all answers write them. */
package org.zimage.json;
