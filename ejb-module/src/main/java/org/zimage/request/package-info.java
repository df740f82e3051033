/** Reads the JSON of requests by the rules, types and words of FastAPI. */
package org.zimage.request;
