/** OpenAI's images API, for clients that change only the base URL and the key. */
package org.zimage.web.openai;
