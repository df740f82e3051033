/** Tasks as their owners see them. */
package org.zimage.task.view;
