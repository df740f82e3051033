/** The Model Context Protocol, by which assistants find and use tools: draw, look up, list. No sessions are kept. */
package org.zimage.web.mcp;
