/** The rules that the packages and the tests of every module keep. */
package org.zimage.architecture;
