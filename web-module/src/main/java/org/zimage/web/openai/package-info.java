/** Pictures for clients that were written for OpenAI's images API: they need only another base URL and a key. */
package org.zimage.web.openai;
