/** What operators see of a running system, and what survives a power cut. */
package org.zimage.tests.operations;
