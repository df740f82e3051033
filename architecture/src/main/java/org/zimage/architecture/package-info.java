/** The rules that the packages of every module keep. */
package org.zimage.architecture;
