/** From a prompt to a picture: results, events, cancelling, sending again, files, the history. */
package org.zimage.tests.task;
