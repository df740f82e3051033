/** The Java client: what a program does with it, how it behaves where connections break, how a project depends on it. */
package org.zimage.tests.client;
