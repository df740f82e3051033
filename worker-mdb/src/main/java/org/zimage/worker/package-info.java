/** Brings waiting tasks to the model, one at a time, and their pictures to the store. */
package org.zimage.worker;
