/** What a person types: how it is read, and refused where it cannot be meant. */
package org.zimage.cli.argument;
