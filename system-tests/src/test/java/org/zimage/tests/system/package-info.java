/** The running system of a test: all of it, or single nodes; shared by test classes, or one of their own. */
package org.zimage.tests.system;
