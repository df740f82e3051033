/** The system in pieces that the fault suite damages, the load on it meanwhile, and the table of the results. */
package org.zimage.tests.faults.injection;
