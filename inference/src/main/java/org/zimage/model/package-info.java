/** What an exported model says about itself, and the canvas sizes that follow from it. */
package org.zimage.model;
