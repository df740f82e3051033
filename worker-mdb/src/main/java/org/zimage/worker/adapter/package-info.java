/** Finds the adapters that a task names, as files that fit the model. */
package org.zimage.worker.adapter;
