/** What a person sees: tables, texts, progress and JSON. */
package org.zimage.cli.output;
