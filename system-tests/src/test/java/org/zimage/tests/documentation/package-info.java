/** The pages and programs of the documentation, for tests to read and run; and whether they are true. */
package org.zimage.tests.documentation;
