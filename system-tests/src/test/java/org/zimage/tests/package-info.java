/** Black-box tests: ordinary HTTP against a running system, as its users meet it. */
package org.zimage.tests;
