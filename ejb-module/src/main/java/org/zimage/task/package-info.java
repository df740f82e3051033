/** What a task and a batch are: their ids, states, parameters and rows, and the events that tell of their changes. */
package org.zimage.task;
