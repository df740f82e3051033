/** How bodies are written as JSON. */
package org.zimage.api.json;
