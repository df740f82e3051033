/**
 * The life of a task: what is asked for, its states, who may move it from one to the next, and how it travels to a
 * worker.
 */
package org.zimage.task;
