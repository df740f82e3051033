/** Black-box tests: ordinary clients and a running system, as its users meet it. Each package is about one subject. */
package org.zimage.tests;
