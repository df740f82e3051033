/** The Model Context Protocol for assistants: tools to draw, look up and list. No sessions are kept. */
package org.zimage.web.mcp;
