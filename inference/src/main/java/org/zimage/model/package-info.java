/** What an exported model says about itself: written by the exporter, read by the pipeline. */
package org.zimage.model;
