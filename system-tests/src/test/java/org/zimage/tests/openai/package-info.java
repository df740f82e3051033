/** Clients that were written for OpenAI's API. */
package org.zimage.tests.openai;
