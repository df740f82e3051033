/** Assistants that draw through MCP. */
package org.zimage.tests.mcp;
