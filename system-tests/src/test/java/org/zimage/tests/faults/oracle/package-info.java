/** The one judge of what a system made of a fault. */
package org.zimage.tests.faults.oracle;
