/** The fault suite: each test kills, freezes or disconnects something and asks the oracle what became of the tasks. */
package org.zimage.tests.faults;
